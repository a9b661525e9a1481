"""From the ledger to pictures and pages for people."""
