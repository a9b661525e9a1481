"""Pages into blocks: `dump` for flattened text, `html` for markup; `unglue` cuts furniture off their edges."""
