-- Articles: each once, each in its newest version, cut into paragraphs.

CREATE OR REPLACE VIEW page_versions AS
WITH seen AS (SELECT page_id, min(path) AS first_path FROM page_locations GROUP BY page_id)
SELECT
    p.page_id, p.address, row_number() OVER history AS version, p.fetched_at, p.sha256,
    lead(p.page_id) OVER history AS superseded_by, p.articles
FROM pages AS p LEFT JOIN seen AS s USING (page_id)
WINDOW history AS (
    PARTITION BY coalesce(p.address, p.page_id)
    ORDER BY p.fetched_at NULLS FIRST, coalesce(s.first_path, p.path), p.page_id
);
COMMENT ON VIEW page_versions IS 'Every page with its place among the pages of its address: what was fetched again and had changed.';
COMMENT ON COLUMN page_versions.page_id IS 'Page; see pages.';
COMMENT ON COLUMN page_versions.address IS 'Canonical address; NULL where unknown, then the page is its only version.';
COMMENT ON COLUMN page_versions.version IS 'Place in the order of fetching, from 1.';
COMMENT ON COLUMN page_versions.fetched_at IS 'When it was fetched, as landed.';
COMMENT ON COLUMN page_versions.sha256 IS 'SHA-256 of its bytes, hexadecimal.';
COMMENT ON COLUMN page_versions.superseded_by IS 'Page of the next version; NULL for the newest.';
COMMENT ON COLUMN page_versions.articles IS 'Number of articles it gave.';

CREATE OR REPLACE VIEW articles_latest AS
SELECT a.*
FROM articles AS a
ANTI JOIN (FROM article_versions WHERE superseded_by IS NOT NULL) AS v USING (article_id);
COMMENT ON VIEW articles_latest IS 'Articles without those that a later fetch of the same address has in a newer version.';

CREATE OR REPLACE VIEW articles_unique AS
SELECT a.*, coalesce(c.copies, 1) AS copies
FROM articles_latest AS a LEFT JOIN article_clusters AS c USING (article_id)
WHERE coalesce(c.kind = 'canonical', true);
COMMENT ON VIEW articles_unique IS 'The newest version of every article, one of all its copies and near-copies: the earliest day''s fullest; see article_clusters.';
COMMENT ON COLUMN articles_unique.copies IS 'How many articles tell this story in these words, itself included.';

CREATE OR REPLACE VIEW syndication AS
SELECT
    c.cluster_id, k.title, count(*) AS copies, count(DISTINCT p.host) AS hosts,
    list_sort(list(DISTINCT coalesce(p.host, p.site))) AS places,
    min(a.published_at) AS first_published_at, min(c.similarity) AS least_similarity
FROM article_clusters AS c
JOIN articles AS a USING (article_id)
JOIN pages AS p ON p.page_id = a.page_id
JOIN articles AS k ON k.article_id = c.cluster_id
GROUP BY c.cluster_id, k.title
ORDER BY copies DESC, c.cluster_id;
COMMENT ON VIEW syndication IS 'Stories that stand there more than once, with everyone who printed them.';
COMMENT ON COLUMN syndication.cluster_id IS 'Article that stands for all of them; see articles.';
COMMENT ON COLUMN syndication.title IS 'Its headline.';
COMMENT ON COLUMN syndication.copies IS 'How many articles, itself included.';
COMMENT ON COLUMN syndication.hosts IS 'On how many hosts; pages without address do not count.';
COMMENT ON COLUMN syndication.places IS 'Hosts that printed it; a page without address by its site.';
COMMENT ON COLUMN syndication.first_published_at IS 'Earliest publication.';
COMMENT ON COLUMN syndication.least_similarity IS 'Of the copy that is farthest from the one that stands for all.';

CREATE OR REPLACE VIEW paragraphs AS
SELECT
    b.article_id, b.page_id, b.paragraph,
    b.label, coalesce(b.text, substr(a.text, b.text_offset + 1, b.text_length)) AS text, b.block, b.start_offset,
    b.end_offset, b.path, b.text_offset, sha256(coalesce(b.text, substr(a.text, b.text_offset + 1, b.text_length))) AS sha256,
    b.kind, b.level, b.line
FROM blocks AS b JOIN articles AS a ON a.article_id = b.article_id AND a.page_id = b.page_id
WHERE b.paragraph IS NOT NULL;
COMMENT ON VIEW paragraphs IS 'The text of every article block by block, each with its place in the page.';
COMMENT ON COLUMN paragraphs.article_id IS 'Article; see articles.';
COMMENT ON COLUMN paragraphs.page_id IS 'Page; see pages.';
COMMENT ON COLUMN paragraphs.paragraph IS 'Place in the article, from 1.';
COMMENT ON COLUMN paragraphs.label IS 'body or heading.';
COMMENT ON COLUMN paragraphs.text IS 'The paragraph.';
COMMENT ON COLUMN paragraphs.block IS 'Place of the block in its page, from 0.';
COMMENT ON COLUMN paragraphs.start_offset IS 'Its first character: in the decoded page (dumps), in the element''s text (HTML).';
COMMENT ON COLUMN paragraphs.end_offset IS 'Character after its last.';
COMMENT ON COLUMN paragraphs.path IS 'Element that holds it (HTML).';
COMMENT ON COLUMN paragraphs.text_offset IS 'Characters of the article''s text before it.';
COMMENT ON COLUMN paragraphs.sha256 IS 'SHA-256 of the paragraph, hexadecimal.';
COMMENT ON COLUMN paragraphs.kind IS 'How it stands in the page: paragraph, heading, list_item, quote, table_cell ...';
COMMENT ON COLUMN paragraphs.level IS 'Of a heading 1 to 6, of an item or a quote how deep it is nested, from 1; NULL where the page does not say.';
COMMENT ON COLUMN paragraphs.line IS 'Line of the decoded page on which it begins (dumps), on which the start tag of its element ends (HTML).';

CREATE OR REPLACE MACRO search(words) AS TABLE
SELECT *
FROM articles_unique
WHERE len(list_filter(
    string_split_regex(trim(strip_accents(lower(words))), '\s+'),
    lambda word: NOT contains(strip_accents(lower(concat_ws(' ', title, dek, text))), word)
)) = 0
ORDER BY contains(strip_accents(lower(title)), strip_accents(lower(words))) DESC NULLS LAST, published_at DESC NULLS LAST;
COMMENT ON MACRO TABLE search IS 'FROM search(''harbour wall''): the unique articles that contain all of these words, parts of words too; a plain scan. `cleaner search` ranks, and knows phrases.';
