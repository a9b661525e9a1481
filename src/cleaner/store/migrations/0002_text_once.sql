-- Kept text is stored once, in its article; a block says where it stands there. The view
-- `ledger` puts both together again.

CREATE TABLE blocks (
    page_id VARCHAR NOT NULL,
    block INTEGER NOT NULL,
    start_offset BIGINT,
    end_offset BIGINT,
    path VARCHAR,
    tag VARCHAR NOT NULL,
    text VARCHAR USING COMPRESSION zstd,
    text_offset INTEGER,
    text_length INTEGER,
    verdict verdict NOT NULL,
    label label NOT NULL,
    article INTEGER NOT NULL,
    article_id VARCHAR,
    paragraph INTEGER,
    decided_by VARCHAR NOT NULL,
    score DOUBLE NOT NULL,
    evidence VARCHAR NOT NULL USING COMPRESSION zstd,
    opens_by VARCHAR,
    opens_evidence VARCHAR,
    repairs VARCHAR[] NOT NULL,
    marks STRUCT(label VARCHAR, marked_by VARCHAR, score DOUBLE, evidence VARCHAR, certain BOOLEAN, value VARCHAR)[] NOT NULL,
    CHECK ((text IS NULL) = (text_offset IS NOT NULL AND text_length IS NOT NULL AND article_id IS NOT NULL))
);
COMMENT ON TABLE blocks IS 'What the view ledger is made of: every block of every page once. An article''s paragraph has its text in articles.';
COMMENT ON COLUMN blocks.page_id IS 'Page the block stands on; see pages.';
COMMENT ON COLUMN blocks.block IS 'Place of the block in its page, from 0.';
COMMENT ON COLUMN blocks.start_offset IS 'First character of the block: in the decoded page (dumps), in the element''s text (HTML).';
COMMENT ON COLUMN blocks.end_offset IS 'Character after its last.';
COMMENT ON COLUMN blocks.path IS 'Element that holds it in the parsed page (HTML).';
COMMENT ON COLUMN blocks.tag IS 'HTML tag that holds it; p in a dump.';
COMMENT ON COLUMN blocks.text IS 'Text of the block, after its repairs; NULL where it is a part of its article''s text.';
COMMENT ON COLUMN blocks.text_offset IS 'Characters of its article''s text before it; NULL where text is set.';
COMMENT ON COLUMN blocks.text_length IS 'Characters of its article''s text that are it; NULL where text is set.';
COMMENT ON COLUMN blocks.verdict IS 'kept or removed.';
COMMENT ON COLUMN blocks.label IS 'What the block is: body, title, promo, related ...';
COMMENT ON COLUMN blocks.article IS 'Position of the article it belongs to; 0 for none.';
COMMENT ON COLUMN blocks.article_id IS 'That article; NULL for none.';
COMMENT ON COLUMN blocks.paragraph IS 'Place among the paragraphs of that article, from 1; NULL where it is none of them.';
COMMENT ON COLUMN blocks.decided_by IS 'Rule, cue or model that decided.';
COMMENT ON COLUMN blocks.score IS '0 to 1: how sure it was.';
COMMENT ON COLUMN blocks.evidence IS 'Matched text, or the strongest features in words.';
COMMENT ON COLUMN blocks.opens_by IS 'On the block that opens an article: the cue that opened it.';
COMMENT ON COLUMN blocks.opens_evidence IS 'What that cue saw.';
COMMENT ON COLUMN blocks.repairs IS 'Repairs that lead from the raw slice to the text, in order.';
COMMENT ON COLUMN blocks.marks IS 'Every opinion about the block, also those that lost.';

-- Paragraphs stand in an article's text in the order of their blocks, with a blank line (two characters) between.
-- Where the text does not say the same there, the block keeps its own.
INSERT INTO blocks BY NAME
WITH placed AS (
    SELECT
        l.*,
        (sum(length(l.text) + 2) OVER before - length(l.text) - 2)::INTEGER AS place,
        l.verdict = 'kept' AND l.label IN ('body', 'heading') AND l.article_id IS NOT NULL AS is_paragraph,
        (row_number() OVER before)::INTEGER AS number
    FROM ledger AS l
    WINDOW before AS (
        PARTITION BY l.page_id, l.article_id, l.verdict = 'kept' AND l.label IN ('body', 'heading')
        ORDER BY l.block
    )
),
found AS (
    SELECT p.*, p.is_paragraph AND coalesce(substr(a.text, p.place + 1, length(p.text)) = p.text, false) AS is_there
    FROM placed AS p LEFT JOIN articles AS a ON a.article_id = p.article_id AND a.page_id = p.page_id
)
SELECT
    * EXCLUDE (place, is_paragraph, is_there, number) REPLACE (CASE WHEN NOT is_there THEN text END AS text),
    CASE WHEN is_paragraph THEN number END AS paragraph,
    CASE WHEN is_there THEN place END AS text_offset,
    CASE WHEN is_there THEN length(text) END AS text_length
FROM found;

DROP TABLE ledger;

ALTER TABLE pages ADD COLUMN address VARCHAR;
ALTER TABLE pages ADD COLUMN host VARCHAR;
COMMENT ON COLUMN pages.address IS 'Its url in canonical form: without tracking parameters and fragment. Pages with the same one are versions of one page.';
COMMENT ON COLUMN pages.host IS 'Host of its url in lower case, without www.';
UPDATE pages SET
    address = url,
    host = nullif(regexp_extract(lower(url), '^https?://(?:www\.)?([^/:?#]+)', 1), '');
