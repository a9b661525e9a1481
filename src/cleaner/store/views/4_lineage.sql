-- The way back from a paragraph to the raw bytes.

-- Blocks and articles are both asked for the id: joined only, the texts of all articles are unpacked (at a million
-- articles 4.1 s instead of 0.2).
CREATE OR REPLACE MACRO lineage_of(beginning) AS TABLE
SELECT
    b.article_id, b.paragraph, b.label,
    coalesce(b.text, substr(a.text, b.text_offset + 1, b.text_length)) AS text,
    b.block, b.start_offset, b.end_offset - b.start_offset AS length, b.path AS element, b.repairs,
    b.decided_by, b.score, b.evidence,
    p.page_id, p.url, p.path AS file, p.row_number, p.sha256, p.bytes, p.media_type, p.encoding, p.layout, p.fetched_at,
    p.run_id, p.digest, r.version AS cleaner_version, r.started_at AS run_started_at,
    b.kind, b.level, b.line, e.expired_at AS raw_expired_at
FROM (FROM blocks WHERE starts_with(article_id, beginning)) AS b
JOIN (FROM articles WHERE starts_with(article_id, beginning)) AS a ON a.article_id = b.article_id AND a.page_id = b.page_id
JOIN pages AS p ON p.page_id = b.page_id
LEFT JOIN runs AS r ON r.run_id = p.run_id
LEFT JOIN (SELECT name, max(expired_at) AS expired_at FROM expired_files GROUP BY name) AS e ON e.name = p.path
WHERE b.paragraph IS NOT NULL;
COMMENT ON MACRO TABLE lineage_of IS 'FROM lineage_of(''5d41402a''): the lineage of the articles whose id begins so, in no order.';

CREATE OR REPLACE VIEW lineage AS FROM lineage_of('');
COMMENT ON VIEW lineage IS 'Where every paragraph comes from: block, page, file and its hash, repairs, who judged it, run and cleaner.';
COMMENT ON COLUMN lineage.article_id IS 'Article; see articles.';
COMMENT ON COLUMN lineage.paragraph IS 'Place in the article, from 1.';
COMMENT ON COLUMN lineage.label IS 'body or heading.';
COMMENT ON COLUMN lineage.text IS 'The paragraph.';
COMMENT ON COLUMN lineage.block IS 'Place of the block in its page, from 0.';
COMMENT ON COLUMN lineage.start_offset IS 'Its first character: in the decoded page (dumps), in the text of the element (HTML).';
COMMENT ON COLUMN lineage.length IS 'Characters of the raw slice, before repairs.';
COMMENT ON COLUMN lineage.element IS 'Element path in the parsed page, and which run of text in it (HTML); NULL for a dump.';
COMMENT ON COLUMN lineage.repairs IS 'Repairs that lead from the raw slice to the text, in order.';
COMMENT ON COLUMN lineage.decided_by IS 'Rule, cue or model that judged it.';
COMMENT ON COLUMN lineage.score IS '0 to 1: how sure it was.';
COMMENT ON COLUMN lineage.evidence IS 'Matched text, or the strongest features in words.';
COMMENT ON COLUMN lineage.page_id IS 'Page; see pages.';
COMMENT ON COLUMN lineage.url IS 'Address of the page, as landed.';
COMMENT ON COLUMN lineage.file IS 'File that holds the page, relative to the landing zone.';
COMMENT ON COLUMN lineage.row_number IS 'Line of that file (JSONL), counted from 1; NULL where the file is the page.';
COMMENT ON COLUMN lineage.sha256 IS 'SHA-256 of the page''s bytes (decompressed; of a JSONL row its text in UTF-8), hexadecimal.';
COMMENT ON COLUMN lineage.bytes IS 'How many bytes these are.';
COMMENT ON COLUMN lineage.media_type IS 'text/plain (a dump) or text/html.';
COMMENT ON COLUMN lineage.encoding IS 'Character set that decoded them and how it was found.';
COMMENT ON COLUMN lineage.layout IS 'How the page''s paragraphs are set apart.';
COMMENT ON COLUMN lineage.fetched_at IS 'When the page was fetched, as landed.';
COMMENT ON COLUMN lineage.run_id IS 'Run that loaded it; see runs.';
COMMENT ON COLUMN lineage.digest IS 'Version of the cleaner: hash of code, rules and model.';
COMMENT ON COLUMN lineage.cleaner_version IS 'Version of the package that ran.';
COMMENT ON COLUMN lineage.run_started_at IS 'When that run began.';
COMMENT ON COLUMN lineage.kind IS 'How it stands in the page: paragraph, heading, list_item ...';
COMMENT ON COLUMN lineage.level IS 'Of a heading 1 to 6, of an item or a quote how deep it is nested, from 1; NULL where the page does not say.';
COMMENT ON COLUMN lineage.line IS 'Line of the decoded page on which it begins (dumps), on which the start tag of its element ends (HTML).';
COMMENT ON COLUMN lineage.raw_expired_at IS 'When cleaner retain removed the file from the landing zone; NULL where it did not.';

CREATE OR REPLACE MACRO trace(article, nth := NULL) AS TABLE
SELECT * FROM lineage_of(article)
WHERE nth IS NULL OR paragraph = nth
ORDER BY article_id, paragraph;
COMMENT ON MACRO TABLE trace IS 'FROM trace(''5d41402a'', nth := 3): the lineage of the third paragraph of the article whose id begins so; without nth of all its paragraphs.';

CREATE OR REPLACE VIEW recurring_lines AS
WITH hosts AS (SELECT coalesce(host, site) AS host, count(DISTINCT coalesce(address, page_id)) AS pages FROM pages GROUP BY ALL)
SELECT
    p.host, p.text, sum(p.pages)::BIGINT AS page_weeks, count(*) AS weeks, min(p.week) AS first_week,
    max(p.week) AS last_week, sum(p.kept)::BIGINT AS kept, sum(p.removed)::BIGINT AS removed, any_value(h.pages) AS host_pages
FROM (SELECT * REPLACE (min(text) OVER (PARTITION BY host, line_key) AS text) FROM host_paragraphs) AS p
LEFT JOIN hosts AS h ON h.host IS NOT DISTINCT FROM p.host
GROUP BY p.host, p.line_key, p.text
ORDER BY page_weeks DESC, p.host, p.text;
COMMENT ON VIEW recurring_lines IS 'Lines that stand on several pages of a host, the most frequent first; those that are kept are furniture that no rule knows, or quoted text.';
COMMENT ON COLUMN recurring_lines.host IS 'Host; the site where no address is known.';
COMMENT ON COLUMN recurring_lines.text IS 'The line.';
COMMENT ON COLUMN recurring_lines.page_weeks IS 'Addresses on which it stood, week by week, added up.';
COMMENT ON COLUMN recurring_lines.weeks IS 'In how many weeks it was seen; pages of unknown time count as one.';
COMMENT ON COLUMN recurring_lines.first_week IS 'Monday of the first of them.';
COMMENT ON COLUMN recurring_lines.last_week IS 'Monday of the last of them.';
COMMENT ON COLUMN recurring_lines.kept IS 'How often it was kept.';
COMMENT ON COLUMN recurring_lines.removed IS 'How often it was removed.';
COMMENT ON COLUMN recurring_lines.host_pages IS 'Addresses of the host in all.';

CREATE OR REPLACE VIEW ledger_memory AS
WITH memory AS (
    SELECT host, line_key, sum(pages)::BIGINT AS page_weeks, sum(kept)::BIGINT AS kept, sum(removed)::BIGINT AS removed
    FROM host_paragraphs GROUP BY ALL
)
SELECT
    l.page_id, l.block, l.verdict, l.label, l.decided_by, l.score, l.text,
    coalesce(m.page_weeks, 1) AS host_pages, coalesce(m.kept, 0) AS host_kept, coalesce(m.removed, 0) AS host_removed
FROM ledger AS l
JOIN pages AS p USING (page_id)
LEFT JOIN memory AS m
    ON m.host IS NOT DISTINCT FROM coalesce(p.host, p.site) AND m.line_key = md5_number_lower(lower(l.text));
COMMENT ON VIEW ledger_memory IS 'The ledger with what the site''s other pages say: on how many of them the same line stands, and what became of it there.';
COMMENT ON COLUMN ledger_memory.page_id IS 'Page; see pages.';
COMMENT ON COLUMN ledger_memory.block IS 'Place of the block in its page, from 0.';
COMMENT ON COLUMN ledger_memory.verdict IS 'kept or removed.';
COMMENT ON COLUMN ledger_memory.label IS 'What the block is.';
COMMENT ON COLUMN ledger_memory.decided_by IS 'Rule, cue or model that decided.';
COMMENT ON COLUMN ledger_memory.score IS '0 to 1: how sure it was.';
COMMENT ON COLUMN ledger_memory.text IS 'The line.';
COMMENT ON COLUMN ledger_memory.host_pages IS 'Addresses of the host on which it stands, added up over the weeks; 1 for a line that stands here alone.';
COMMENT ON COLUMN ledger_memory.host_kept IS 'How often it was kept there; 0 for a line that stands here alone.';
COMMENT ON COLUMN ledger_memory.host_removed IS 'How often it was removed there; 0 for a line that stands here alone.';
