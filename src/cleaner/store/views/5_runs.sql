-- Runs, and the versions of what readers build on.

CREATE OR REPLACE VIEW runs_latest AS
SELECT
    run_id, status, started_at, finished_at, pages_in, pages_cleaned, pages_quarantined, pages_duplicate, pages_known,
    pages_forgotten, articles, blocks_kept, blocks_removed, seconds, round(pages_in / nullif(seconds, 0), 1) AS pages_per_second,
    pages_in = pages_cleaned + pages_quarantined + pages_duplicate + pages_known + pages_forgotten AS adds_up, digest, error
FROM runs
ORDER BY started_at DESC
LIMIT 30;
COMMENT ON VIEW runs_latest IS 'The last thirty runs, newest first.';
COMMENT ON COLUMN runs_latest.run_id IS 'Run; see runs.';
COMMENT ON COLUMN runs_latest.status IS 'running, succeeded, failed or interrupted.';
COMMENT ON COLUMN runs_latest.started_at IS 'When it began.';
COMMENT ON COLUMN runs_latest.finished_at IS 'When it ended.';
COMMENT ON COLUMN runs_latest.pages_in IS 'Pages read.';
COMMENT ON COLUMN runs_latest.pages_cleaned IS 'Pages that gave at least one article.';
COMMENT ON COLUMN runs_latest.pages_quarantined IS 'Pages, rows and files that gave none.';
COMMENT ON COLUMN runs_latest.pages_duplicate IS 'Pages seen before in the same run.';
COMMENT ON COLUMN runs_latest.pages_known IS 'Pages already cleaned by this version.';
COMMENT ON COLUMN runs_latest.pages_forgotten IS 'Pages that were taken down before and came again.';
COMMENT ON COLUMN runs_latest.articles IS 'Articles loaded.';
COMMENT ON COLUMN runs_latest.blocks_kept IS 'Blocks kept.';
COMMENT ON COLUMN runs_latest.blocks_removed IS 'Blocks removed.';
COMMENT ON COLUMN runs_latest.seconds IS 'Duration.';
COMMENT ON COLUMN runs_latest.pages_per_second IS 'Speed.';
COMMENT ON COLUMN runs_latest.adds_up IS 'True where every page read is accounted for.';
COMMENT ON COLUMN runs_latest.digest IS 'Version of the cleaner.';
COMMENT ON COLUMN runs_latest.error IS 'Why it failed.';

CREATE OR REPLACE VIEW contract AS
SELECT * FROM (VALUES
    ('article_authors', 1),
    ('article_clusters', 1),
    ('article_quality', 1),
    ('article_tags', 1),
    ('article_versions', 1),
    ('articles', 2),
    ('articles_flagged', 1),
    ('articles_latest', 2),
    ('articles_unique', 2),
    ('blocks', 2),
    ('contract', 1),
    ('coverage_by_site', 1),
    ('daily_volume', 1),
    ('expired_files', 1),
    ('field_candidates', 2),
    ('host_paragraphs', 1),
    ('landed_files', 1),
    ('ledger', 2),
    ('ledger_memory', 1),
    ('lineage', 2),
    ('migrations', 1),
    ('noise_by_rule', 1),
    ('page_locations', 1),
    ('page_versions', 1),
    ('pages', 2),
    ('paragraphs', 2),
    ('quality_c4', 1),
    ('quality_fineweb', 1),
    ('quality_gopher', 1),
    ('quarantine', 1),
    ('recurring_lines', 1),
    ('removed_lines', 1),
    ('revision', 1),
    ('rule_removals', 1),
    ('rule_stats', 1),
    ('runs', 2),
    ('runs_latest', 2),
    ('site_stats', 1),
    ('suspicious_pages', 1),
    ('syndication', 1),
    ('tombstones', 1)
) AS contract(relation, version);
COMMENT ON VIEW contract IS 'Every table and view with its version: another number, and its columns are not what they were.';
COMMENT ON COLUMN contract.relation IS 'Table or view.';
COMMENT ON COLUMN contract.version IS 'Counted from 1; raised when a column changes its name, type or place, comes or goes.';
