-- Everything a run writes. No primary keys: they double the file on replacement (measured: 50 -> 104 MB for
-- 20k upserts); uniqueness is asserted by check queries before each commit instead.

CREATE TYPE label AS ENUM (
    'body', 'heading', 'title', 'dek', 'byline', 'dateline', 'date', 'caption', 'credit', 'promo', 'newsletter',
    'related', 'keep_reading', 'tags', 'agency', 'nav', 'share', 'comments', 'ad', 'author_bio', 'legal', 'other'
);
CREATE TYPE verdict AS ENUM ('kept', 'removed');
CREATE TYPE reason AS ENUM (
    'empty', 'binary', 'unknown-type', 'corrupt', 'bad-row', 'too-large', 'unreadable', 'undecodable', 'no-body',
    'timeout', 'memory', 'crash'
);
CREATE TYPE layout AS ENUM ('blank', 'newline', 'long', 'html');
CREATE TYPE media_type AS ENUM ('text/plain', 'text/html');
CREATE TYPE run_status AS ENUM ('running', 'succeeded', 'failed', 'interrupted');

CREATE TABLE pages (
    page_id VARCHAR NOT NULL,
    url VARCHAR,
    site VARCHAR,
    source VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    row_number BIGINT,
    sha256 VARCHAR NOT NULL,
    bytes BIGINT NOT NULL,
    media_type media_type NOT NULL,
    encoding VARCHAR,
    language VARCHAR,
    layout layout,
    fetched_at TIMESTAMPTZ,
    articles INTEGER NOT NULL,
    digest VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    seconds DOUBLE NOT NULL
);
COMMENT ON TABLE pages IS 'One row per scraped page that was taken apart, also where it gave no article (then see quarantine).';
COMMENT ON COLUMN pages.page_id IS 'Identity of the page: hash of its url and bytes, 32 hex digits. Joins to every other table.';
COMMENT ON COLUMN pages.url IS 'Address it was fetched from, as landed; NULL where unknown.';
COMMENT ON COLUMN pages.site IS 'Publisher as landed: display name or host.';
COMMENT ON COLUMN pages.source IS 'What the supplier calls this page: the id of its row, else its path.';
COMMENT ON COLUMN pages.path IS 'File that holds it, relative to the landing zone.';
COMMENT ON COLUMN pages.row_number IS 'Line of that file (JSONL), counted from 1; NULL where the file is the page.';
COMMENT ON COLUMN pages.sha256 IS 'SHA-256 of its bytes, hexadecimal.';
COMMENT ON COLUMN pages.bytes IS 'Size of the page, decompressed.';
COMMENT ON COLUMN pages.media_type IS 'text/plain (a dump) or text/html.';
COMMENT ON COLUMN pages.encoding IS 'Character set that decoded it and how it was found, such as utf-8 (bom).';
COMMENT ON COLUMN pages.language IS 'Main language, ISO 639-1; NULL where undecided.';
COMMENT ON COLUMN pages.layout IS 'How its paragraphs are set apart: blank, newline, long (dumps) or html.';
COMMENT ON COLUMN pages.fetched_at IS 'When it was fetched, as landed.';
COMMENT ON COLUMN pages.articles IS 'Number of articles it gave.';
COMMENT ON COLUMN pages.digest IS 'Version of the cleaner that made these rows: hash of code, rules and model.';
COMMENT ON COLUMN pages.run_id IS 'Run that loaded these rows; see runs.';
COMMENT ON COLUMN pages.seconds IS 'Time its cleaning took.';

CREATE TABLE articles (
    article_id VARCHAR NOT NULL,
    page_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    title VARCHAR,
    dek VARCHAR,
    language VARCHAR,
    agency VARCHAR,
    site VARCHAR,
    url VARCHAR,
    published_at TIMESTAMPTZ,
    published_local VARCHAR,
    truncated BOOLEAN NOT NULL,
    truncated_by VARCHAR,
    text VARCHAR NOT NULL USING COMPRESSION zstd,
    words INTEGER NOT NULL,
    text_sha256 VARCHAR NOT NULL,
    headings VARCHAR[] NOT NULL,
    confidence DOUBLE NOT NULL,
    run_id VARCHAR NOT NULL,
    digest VARCHAR NOT NULL
);
COMMENT ON TABLE articles IS 'One row per clean article. The same story on two pages stands here twice; articles_unique has it once.';
COMMENT ON COLUMN articles.article_id IS 'Identity of the article: hash of its page and text, 32 hex digits.';
COMMENT ON COLUMN articles.page_id IS 'Page it stands on; see pages.';
COMMENT ON COLUMN articles.position IS 'Place among the articles of its page, from 1.';
COMMENT ON COLUMN articles.title IS 'Headline; NULL where the page prints none.';
COMMENT ON COLUMN articles.dek IS 'Summary under the headline.';
COMMENT ON COLUMN articles.language IS 'Language of the text, ISO 639-1.';
COMMENT ON COLUMN articles.agency IS 'News agency it is credited to.';
COMMENT ON COLUMN articles.site IS 'Publisher of the article.';
COMMENT ON COLUMN articles.url IS 'Canonical address of the article.';
COMMENT ON COLUMN articles.published_at IS 'When it was published, as an instant. Midnight UTC where only the day is printed: see published_local.';
COMMENT ON COLUMN articles.published_local IS 'The same as the page prints it, ISO 8601 with the page''s own offset; a bare date where only the day is known.';
COMMENT ON COLUMN articles.truncated IS 'True where the text breaks off: a teaser, a keep-reading marker, an ellipsis.';
COMMENT ON COLUMN articles.truncated_by IS 'Rule or marker that says so.';
COMMENT ON COLUMN articles.text IS 'Clean text: paragraphs and headings in order, a blank line between.';
COMMENT ON COLUMN articles.words IS 'Words of the text, as white space parts them.';
COMMENT ON COLUMN articles.text_sha256 IS 'SHA-256 of the text; equal for exact copies.';
COMMENT ON COLUMN articles.headings IS 'Headings inside the text, in order.';
COMMENT ON COLUMN articles.confidence IS '0 to 1: how sure the cleaner is of where it begins and ends.';
COMMENT ON COLUMN articles.run_id IS 'Run that loaded it; see runs.';
COMMENT ON COLUMN articles.digest IS 'Version of the cleaner that made it.';

CREATE TABLE article_authors (
    article_id VARCHAR NOT NULL,
    page_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    author VARCHAR NOT NULL
);
COMMENT ON TABLE article_authors IS 'One row per author of an article.';
COMMENT ON COLUMN article_authors.article_id IS 'Article; see articles.';
COMMENT ON COLUMN article_authors.page_id IS 'Page the article stands on.';
COMMENT ON COLUMN article_authors.position IS 'Place in the byline, from 1.';
COMMENT ON COLUMN article_authors.author IS 'Name as printed.';

CREATE TABLE article_tags (
    article_id VARCHAR NOT NULL,
    page_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    tag VARCHAR NOT NULL
);
COMMENT ON TABLE article_tags IS 'One row per tag that the page gives an article.';
COMMENT ON COLUMN article_tags.article_id IS 'Article; see articles.';
COMMENT ON COLUMN article_tags.page_id IS 'Page the article stands on.';
COMMENT ON COLUMN article_tags.position IS 'Place in the list of tags, from 1.';
COMMENT ON COLUMN article_tags.tag IS 'Tag as printed.';

CREATE TABLE field_candidates (
    page_id VARCHAR NOT NULL,
    article_id VARCHAR NOT NULL,
    field VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    score DOUBLE NOT NULL,
    won BOOLEAN NOT NULL,
    evidence VARCHAR NOT NULL
);
COMMENT ON TABLE field_candidates IS 'Every value that was on offer for a field of an article (title, author, date ...), and which one won.';
COMMENT ON COLUMN field_candidates.page_id IS 'Page the article stands on.';
COMMENT ON COLUMN field_candidates.article_id IS 'Article; see articles.';
COMMENT ON COLUMN field_candidates.field IS 'Field of the article that the value is for.';
COMMENT ON COLUMN field_candidates.value IS 'The value on offer.';
COMMENT ON COLUMN field_candidates.source IS 'Where it was read: json-ld, meta, byline, text ...';
COMMENT ON COLUMN field_candidates.score IS '0 to 1: how far this source is trusted here.';
COMMENT ON COLUMN field_candidates.won IS 'True for the value that the article carries.';
COMMENT ON COLUMN field_candidates.evidence IS 'What stood there.';

CREATE TABLE ledger (
    page_id VARCHAR NOT NULL,
    block INTEGER NOT NULL,
    start_offset BIGINT,
    end_offset BIGINT,
    path VARCHAR,
    tag VARCHAR NOT NULL,
    text VARCHAR NOT NULL USING COMPRESSION zstd,
    verdict verdict NOT NULL,
    label label NOT NULL,
    article INTEGER NOT NULL,
    article_id VARCHAR,
    decided_by VARCHAR NOT NULL,
    score DOUBLE NOT NULL,
    evidence VARCHAR NOT NULL USING COMPRESSION zstd,
    opens_by VARCHAR,
    opens_evidence VARCHAR,
    repairs VARCHAR[] NOT NULL,
    marks STRUCT(label VARCHAR, marked_by VARCHAR, score DOUBLE, evidence VARCHAR, certain BOOLEAN, value VARCHAR)[] NOT NULL
);
COMMENT ON TABLE ledger IS 'Every block of every page exactly once: kept in which article as what, or removed as what, by which rule.';
COMMENT ON COLUMN ledger.page_id IS 'Page the block stands on; see pages.';
COMMENT ON COLUMN ledger.block IS 'Place of the block in its page, from 0.';
COMMENT ON COLUMN ledger.start_offset IS 'First character of the block in the decoded page (text dumps).';
COMMENT ON COLUMN ledger.end_offset IS 'Character after its last (text dumps).';
COMMENT ON COLUMN ledger.path IS 'Element that holds it in the parsed page (HTML).';
COMMENT ON COLUMN ledger.tag IS 'HTML tag that holds it; p in a dump.';
COMMENT ON COLUMN ledger.text IS 'Text of the block, after its repairs.';
COMMENT ON COLUMN ledger.verdict IS 'kept or removed.';
COMMENT ON COLUMN ledger.label IS 'What the block is: body, title, promo, related ...';
COMMENT ON COLUMN ledger.article IS 'Position of the article it belongs to; 0 for none.';
COMMENT ON COLUMN ledger.article_id IS 'That article; NULL for none.';
COMMENT ON COLUMN ledger.decided_by IS 'Rule, cue or model that decided.';
COMMENT ON COLUMN ledger.score IS '0 to 1: how sure it was.';
COMMENT ON COLUMN ledger.evidence IS 'Matched text, or the strongest features in words.';
COMMENT ON COLUMN ledger.opens_by IS 'On the block that opens an article: the cue that opened it.';
COMMENT ON COLUMN ledger.opens_evidence IS 'What that cue saw.';
COMMENT ON COLUMN ledger.repairs IS 'Repairs that lead from the raw slice to the text, in order.';
COMMENT ON COLUMN ledger.marks IS 'Every opinion about the block, also those that lost.';

CREATE TABLE quarantine (
    page_id VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    row_number BIGINT,
    site VARCHAR,
    url VARCHAR,
    reason reason NOT NULL,
    detail VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    digest VARCHAR NOT NULL,
    rejected_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
COMMENT ON TABLE quarantine IS 'Pages, rows, files and parts of pages that gave no article, each with its reason.';
COMMENT ON COLUMN quarantine.page_id IS 'Page; where the bytes could not be read, a hash of path and row.';
COMMENT ON COLUMN quarantine.source IS 'What the supplier calls it: the id of its row, else its path.';
COMMENT ON COLUMN quarantine.path IS 'File that holds it, relative to the landing zone.';
COMMENT ON COLUMN quarantine.row_number IS 'Line of that file (JSONL), counted from 1; NULL where the file is the page.';
COMMENT ON COLUMN quarantine.site IS 'Publisher as landed.';
COMMENT ON COLUMN quarantine.url IS 'Address as landed.';
COMMENT ON COLUMN quarantine.reason IS 'Defect; one of a closed list.';
COMMENT ON COLUMN quarantine.detail IS 'What to do about it; for a crash the traceback.';
COMMENT ON COLUMN quarantine.run_id IS 'Run that put it here; see runs.';
COMMENT ON COLUMN quarantine.digest IS 'Version of the cleaner that rejected it.';
COMMENT ON COLUMN quarantine.rejected_at IS 'When it was loaded.';

CREATE TABLE runs (
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
    articles BIGINT,
    blocks_kept BIGINT,
    blocks_removed BIGINT,
    seconds DOUBLE,
    seconds_by_stage MAP(VARCHAR, DOUBLE),
    error VARCHAR,
    CHECK (
        status <> 'succeeded'
        OR pages_in = pages_cleaned + pages_quarantined + pages_duplicate + pages_known
    )
);
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
COMMENT ON COLUMN runs.pages_in IS 'Pages read; equals cleaned + quarantined + duplicate + known.';
COMMENT ON COLUMN runs.pages_cleaned IS 'Pages that gave at least one article.';
COMMENT ON COLUMN runs.pages_quarantined IS 'Pages, rows and files that gave none; see quarantine.';
COMMENT ON COLUMN runs.pages_duplicate IS 'Pages seen before in the same run: same url and bytes.';
COMMENT ON COLUMN runs.pages_known IS 'Pages already cleaned by this version in an earlier run.';
COMMENT ON COLUMN runs.articles IS 'Articles loaded.';
COMMENT ON COLUMN runs.blocks_kept IS 'Blocks kept.';
COMMENT ON COLUMN runs.blocks_removed IS 'Blocks removed.';
COMMENT ON COLUMN runs.seconds IS 'Duration.';
COMMENT ON COLUMN runs.seconds_by_stage IS 'Time by stage; workers'' time adds up over all of them.';
COMMENT ON COLUMN runs.error IS 'Why it failed; NULL where it did not.';

CREATE TABLE landed_files (
    name VARCHAR NOT NULL,
    size BIGINT NOT NULL,
    mtime_ns BIGINT NOT NULL,
    pages BIGINT NOT NULL,
    digest VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    loaded_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
COMMENT ON TABLE landed_files IS 'Files of the landing zone of which every page is loaded; a run passes over those that have not changed.';
COMMENT ON COLUMN landed_files.name IS 'Path relative to the landing zone.';
COMMENT ON COLUMN landed_files.size IS 'Size in bytes when it was loaded.';
COMMENT ON COLUMN landed_files.mtime_ns IS 'Time of its last change when it was loaded, nanoseconds since 1970.';
COMMENT ON COLUMN landed_files.pages IS 'Pages and rows it held.';
COMMENT ON COLUMN landed_files.digest IS 'Version of the cleaner it was loaded with.';
COMMENT ON COLUMN landed_files.run_id IS 'Run that finished it; see runs.';
COMMENT ON COLUMN landed_files.loaded_at IS 'When its last page was loaded.';

CREATE TABLE page_locations (
    page_id VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    row_number BIGINT
);
COMMENT ON TABLE page_locations IS 'Every place where a page was seen: a page that landed twice is cleaned once and has two rows here.';
COMMENT ON COLUMN page_locations.page_id IS 'Page; see pages.';
COMMENT ON COLUMN page_locations.path IS 'File that holds it, relative to the landing zone.';
COMMENT ON COLUMN page_locations.row_number IS 'Line of that file (JSONL), counted from 1; NULL where the file is the page.';

CREATE TABLE revision (
    content BIGINT NOT NULL,
    records BIGINT NOT NULL
);
COMMENT ON TABLE revision IS 'One row that counts changes, so that publishing can tell whether there is anything new.';
COMMENT ON COLUMN revision.content IS 'Changes to pages and what comes of them.';
COMMENT ON COLUMN revision.records IS 'Changes to runs, landed_files and page_locations.';
INSERT INTO revision VALUES (0, 0);

CREATE TABLE publications (
    published_at TIMESTAMPTZ NOT NULL,
    content BIGINT NOT NULL,
    records BIGINT NOT NULL,
    fingerprint VARCHAR NOT NULL,
    bytes BIGINT NOT NULL,
    mtime_ns BIGINT NOT NULL
);
COMMENT ON TABLE publications IS 'One row per publication, in the writer''s file only.';
COMMENT ON COLUMN publications.published_at IS 'When it took its place.';
COMMENT ON COLUMN publications.content IS 'Revision of the content it holds; see revision.';
COMMENT ON COLUMN publications.records IS 'Revision of the records it holds; see revision.';
COMMENT ON COLUMN publications.fingerprint IS 'Hash of migrations and views.';
COMMENT ON COLUMN publications.bytes IS 'Size of the file.';
COMMENT ON COLUMN publications.mtime_ns IS 'Time of its last change, nanoseconds since 1970.';
