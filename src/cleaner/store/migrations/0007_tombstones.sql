-- Takedown and retention: what was forgotten for good, and whose raw file is no longer kept.

CREATE TABLE tombstones (
    page_id VARCHAR NOT NULL,
    url_hash VARCHAR,
    content_hash VARCHAR,
    forgotten_at TIMESTAMPTZ NOT NULL,
    forgotten_by VARCHAR NOT NULL,
    why VARCHAR,
    erased_at TIMESTAMPTZ
);
COMMENT ON TABLE tombstones IS 'One row per page that was taken down with cleaner forget: enough to know it again, nothing of what it said.';
COMMENT ON COLUMN tombstones.page_id IS 'Identity that the page had: a hash of its url and bytes.';
COMMENT ON COLUMN tombstones.url_hash IS 'SHA-256 of its canonical address; whatever lands under this address again is refused. NULL where it had none.';
COMMENT ON COLUMN tombstones.content_hash IS 'SHA-256 of its bytes; the same bytes are refused under any address. NULL where they could not be read.';
COMMENT ON COLUMN tombstones.forgotten_at IS 'When it was asked for.';
COMMENT ON COLUMN tombstones.forgotten_by IS 'Who asked.';
COMMENT ON COLUMN tombstones.why IS 'Why, in the words of whoever asked.';
COMMENT ON COLUMN tombstones.erased_at IS 'When the last of it was gone from raw pages, warehouse and kept publications; NULL while that is unfinished.';

CREATE TABLE expired_files (
    name VARCHAR NOT NULL,
    size BIGINT NOT NULL,
    mtime_ns BIGINT NOT NULL,
    pages BIGINT NOT NULL,
    fetched_at TIMESTAMPTZ NOT NULL,
    expired_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE expired_files IS 'Files that cleaner retain removed from the landing zone when they were loaded and old enough; what came of them stays.';
COMMENT ON COLUMN expired_files.name IS 'Path relative to the landing zone.';
COMMENT ON COLUMN expired_files.size IS 'Size in bytes that it had.';
COMMENT ON COLUMN expired_files.mtime_ns IS 'Time of its last change, nanoseconds since 1970.';
COMMENT ON COLUMN expired_files.pages IS 'Pages and rows it held.';
COMMENT ON COLUMN expired_files.fetched_at IS 'When its youngest page was fetched; by the time of the file where no page says.';
COMMENT ON COLUMN expired_files.expired_at IS 'When it was removed.';

-- The check of a table cannot be changed, so the table is made anew.
CREATE TABLE runs_with_forgotten (
    run_id VARCHAR NOT NULL,
    status run_status NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    version VARCHAR NOT NULL,
    digest VARCHAR NOT NULL,
    python VARCHAR NOT NULL,
    packages MAP(VARCHAR, VARCHAR) NOT NULL,
    settings MAP(VARCHAR, VARCHAR) NOT NULL,
    files_seen BIGINT,
    files_skipped BIGINT,
    pages_in BIGINT,
    pages_cleaned BIGINT,
    pages_quarantined BIGINT,
    pages_duplicate BIGINT,
    pages_known BIGINT,
    pages_forgotten BIGINT,
    articles BIGINT,
    blocks_kept BIGINT,
    blocks_removed BIGINT,
    seconds DOUBLE,
    seconds_by_stage MAP(VARCHAR, DOUBLE),
    error VARCHAR,
    CHECK (
        status <> 'succeeded'
        OR pages_in = pages_cleaned + pages_quarantined + pages_duplicate + pages_known + pages_forgotten
    )
);

INSERT INTO runs_with_forgotten BY NAME SELECT *, 0 AS pages_forgotten FROM runs;
DROP TABLE runs;
ALTER TABLE runs_with_forgotten RENAME TO runs;
COMMENT ON TABLE runs IS 'One row per run: what went in, what came out, how long it took, and with which versions.';
COMMENT ON COLUMN runs.run_id IS 'Identity of the run.';
COMMENT ON COLUMN runs.status IS 'running, succeeded, failed, or interrupted (it ended without a word, or was stopped).';
COMMENT ON COLUMN runs.started_at IS 'When it began.';
COMMENT ON COLUMN runs.finished_at IS 'When it ended; NULL while it runs or where it was killed.';
COMMENT ON COLUMN runs.version IS 'Version of the package.';
COMMENT ON COLUMN runs.digest IS 'Version of the cleaner: hash of code, rules and model.';
COMMENT ON COLUMN runs.python IS 'Version of Python.';
COMMENT ON COLUMN runs.packages IS 'Versions of the libraries that shape the result.';
COMMENT ON COLUMN runs.settings IS 'Settings in force.';
COMMENT ON COLUMN runs.files_seen IS 'Files in the landing zone.';
COMMENT ON COLUMN runs.files_skipped IS 'Files passed over: loaded before by this cleaner and unchanged.';
COMMENT ON COLUMN runs.pages_in IS 'Pages read; equals cleaned + quarantined + duplicate + known + forgotten.';
COMMENT ON COLUMN runs.pages_cleaned IS 'Pages that gave at least one article.';
COMMENT ON COLUMN runs.pages_quarantined IS 'Pages, rows and files that gave none; see quarantine.';
COMMENT ON COLUMN runs.pages_duplicate IS 'Pages seen before in the same run: same url and bytes.';
COMMENT ON COLUMN runs.pages_known IS 'Pages already cleaned by this version in an earlier run.';
COMMENT ON COLUMN runs.pages_forgotten IS 'Pages that were taken down before and came again: neither cleaned nor kept; see tombstones.';
COMMENT ON COLUMN runs.articles IS 'Articles loaded.';
COMMENT ON COLUMN runs.blocks_kept IS 'Blocks kept.';
COMMENT ON COLUMN runs.blocks_removed IS 'Blocks removed.';
COMMENT ON COLUMN runs.seconds IS 'Duration.';
COMMENT ON COLUMN runs.seconds_by_stage IS 'Time by stage; workers'' time adds up over all of them.';
COMMENT ON COLUMN runs.error IS 'Why it failed; NULL where it did not.';
