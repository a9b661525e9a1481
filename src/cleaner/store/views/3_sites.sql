-- Sites and days: how much came, how complete it is, where to look.

CREATE OR REPLACE VIEW site_stats AS
WITH lines AS (
    SELECT
        page_id, count(*) AS lines, count(*) FILTER (WHERE verdict = 'removed') AS removed,
        sum(coalesce(text_length, length(text))) AS characters,
        sum(length(text)) FILTER (WHERE verdict = 'removed') AS removed_characters
    FROM blocks GROUP BY page_id
),
held AS (
    SELECT site, count(DISTINCT page_id) AS quarantined
    FROM quarantine GROUP BY site
),
sites AS (
    SELECT
        p.site, count(*) AS pages, sum(p.articles)::BIGINT AS articles,
        count(*) FILTER (WHERE p.articles = 0) AS pages_without_article,
        sum(l.lines)::BIGINT AS lines, sum(l.removed)::BIGINT AS removed_lines,
        round(sum(l.removed_characters) / nullif(sum(l.characters), 0), 3) AS removed_share,
        min(p.fetched_at) AS first_fetched_at, max(p.fetched_at) AS last_fetched_at,
        round(avg(p.seconds), 4) AS mean_seconds
    FROM pages AS p LEFT JOIN lines AS l USING (page_id)
    GROUP BY p.site
)
SELECT
    coalesce(s.site, h.site) AS site, coalesce(s.pages, 0) AS pages, coalesce(s.articles, 0) AS articles,
    round(s.articles / s.pages, 2) AS articles_per_page, coalesce(s.pages_without_article, 0) AS pages_without_article,
    coalesce(h.quarantined, 0) AS quarantined, coalesce(s.lines, 0) AS lines,
    coalesce(s.removed_lines, 0) AS removed_lines, s.removed_share, s.first_fetched_at, s.last_fetched_at, s.mean_seconds
FROM sites AS s FULL JOIN held AS h ON h.site IS NOT DISTINCT FROM s.site
ORDER BY pages DESC, site;
COMMENT ON VIEW site_stats IS 'What came from each site and what became of it.';
COMMENT ON COLUMN site_stats.site IS 'Publisher as landed; NULL where unknown.';
COMMENT ON COLUMN site_stats.pages IS 'Pages that were taken apart.';
COMMENT ON COLUMN site_stats.articles IS 'Articles they gave.';
COMMENT ON COLUMN site_stats.articles_per_page IS 'Articles a page.';
COMMENT ON COLUMN site_stats.pages_without_article IS 'Pages that gave none.';
COMMENT ON COLUMN site_stats.quarantined IS 'Pages, rows and files in quarantine, whole or in part.';
COMMENT ON COLUMN site_stats.lines IS 'Blocks of all its pages.';
COMMENT ON COLUMN site_stats.removed_lines IS 'Blocks that were removed.';
COMMENT ON COLUMN site_stats.removed_share IS 'Share of the characters that were removed.';
COMMENT ON COLUMN site_stats.first_fetched_at IS 'Fetch of its oldest page.';
COMMENT ON COLUMN site_stats.last_fetched_at IS 'Fetch of its newest page.';
COMMENT ON COLUMN site_stats.mean_seconds IS 'Time that cleaning a page took, on average.';

CREATE OR REPLACE VIEW coverage_by_site AS
WITH credited AS (SELECT DISTINCT article_id, page_id FROM article_authors),
tagged AS (SELECT DISTINCT article_id, page_id FROM article_tags)
SELECT
    a.site, count(*) AS articles,
    round(avg((a.title IS NOT NULL)::INT), 3) AS title, round(avg((a.dek IS NOT NULL)::INT), 3) AS dek,
    round(avg((c.article_id IS NOT NULL)::INT), 3) AS author,
    round(avg((a.published_local IS NOT NULL)::INT), 3) AS published,
    round(avg((length(a.published_local) > 10)::INT) FILTER (WHERE a.published_local IS NOT NULL), 3) AS clock_time,
    round(avg((a.language IS NOT NULL)::INT), 3) AS language, round(avg((a.url IS NOT NULL)::INT), 3) AS url,
    round(avg((a.agency IS NOT NULL)::INT), 3) AS agency, round(avg((t.article_id IS NOT NULL)::INT), 3) AS tags,
    round(avg(a.truncated::INT), 3) AS truncated, round(avg(a.confidence), 3) AS mean_confidence
FROM articles AS a LEFT JOIN credited AS c USING (article_id, page_id) LEFT JOIN tagged AS t USING (article_id, page_id)
GROUP BY a.site
ORDER BY articles DESC, a.site;
COMMENT ON VIEW coverage_by_site IS 'Share of a site''s articles that carry each field; a sudden drop means that its layout changed.';
COMMENT ON COLUMN coverage_by_site.site IS 'Publisher of the articles.';
COMMENT ON COLUMN coverage_by_site.articles IS 'Articles of the site.';
COMMENT ON COLUMN coverage_by_site.title IS 'Share with a headline.';
COMMENT ON COLUMN coverage_by_site.dek IS 'Share with a summary.';
COMMENT ON COLUMN coverage_by_site.author IS 'Share with at least one author.';
COMMENT ON COLUMN coverage_by_site.published IS 'Share with a date of publication.';
COMMENT ON COLUMN coverage_by_site.clock_time IS 'Of those with a date, the share that has a time of day too.';
COMMENT ON COLUMN coverage_by_site.language IS 'Share whose language is known.';
COMMENT ON COLUMN coverage_by_site.url IS 'Share with an address.';
COMMENT ON COLUMN coverage_by_site.agency IS 'Share that is credited to an agency.';
COMMENT ON COLUMN coverage_by_site.tags IS 'Share with at least one tag.';
COMMENT ON COLUMN coverage_by_site.truncated IS 'Share whose text breaks off.';
COMMENT ON COLUMN coverage_by_site.mean_confidence IS 'How sure the cleaner is of where they begin and end, on average.';

CREATE OR REPLACE VIEW daily_volume AS
SELECT
    try_cast(left(published_local, 10) AS DATE) AS day, site, count(*) AS articles, sum(words)::BIGINT AS words,
    sum(copies)::BIGINT AS articles_with_copies
FROM articles_unique
GROUP BY ALL
ORDER BY day DESC NULLS LAST, articles DESC, site;
COMMENT ON VIEW daily_volume IS 'Articles by day of publication and site; each story once, on the site of the article that stands for it.';
COMMENT ON COLUMN daily_volume.day IS 'Day as the page prints it, not as the clock in Greenwich saw it; NULL where unknown.';
COMMENT ON COLUMN daily_volume.site IS 'Publisher.';
COMMENT ON COLUMN daily_volume.articles IS 'Articles, copies left out.';
COMMENT ON COLUMN daily_volume.words IS 'Their words.';
COMMENT ON COLUMN daily_volume.articles_with_copies IS 'Articles with all their copies.';

CREATE OR REPLACE VIEW suspicious_pages AS
WITH lines AS (
    SELECT
        page_id, count(*) AS blocks,
        sum(length(text)) FILTER (WHERE verdict = 'removed')
            / nullif(sum(coalesce(text_length, length(text))), 0) AS removed_share
    FROM blocks GROUP BY page_id
),
least AS (SELECT page_id, min(confidence) AS confidence FROM articles GROUP BY page_id),
quality AS (
    SELECT
        q.page_id, bool_or(q.mojibake > 1) AS is_broken, bool_or(q.curly_brackets > 0 OR q.lorem_ipsum) AS is_code,
        bool_or(q.lines >= 5 AND q.short_lines >= 0.67) AS is_list, bool_or(NOT g.letters) AS is_numbers,
        bool_or(q.words >= 50 AND NOT (g.duplicate_lines AND g.duplicate_paragraphs AND g.top_ngrams AND g.duplicate_ngrams))
            AS repeats,
        bool_or(q.language_confidence < 0.4 AND q.words >= 50) AS is_mixed
    FROM article_quality AS q JOIN quality_gopher AS g ON g.article_id = q.article_id AND g.page_id = q.page_id
    GROUP BY q.page_id
),
rejected AS (SELECT page_id, list_sort(list(DISTINCT reason::VARCHAR)) AS reasons FROM quarantine GROUP BY page_id),
known AS (
    SELECT page_id, site, source, path, row_number, url, articles FROM pages
    UNION ALL
    SELECT DISTINCT page_id, site, source, path, row_number, url, 0 FROM quarantine ANTI JOIN pages USING (page_id)
),
facts AS (
    SELECT
        p.page_id, p.site, p.source, p.path, p.row_number, p.url, p.articles, c.confidence, coalesce(l.blocks, 0) AS blocks,
        round(coalesce(l.removed_share, 0), 3) AS removed_share, coalesce(r.reasons, []) AS reasons,
        q.is_broken, q.is_code, q.is_list, q.is_numbers, q.repeats, q.is_mixed,
        (SELECT coalesce(max_by(try_cast(settings['review_below'] AS DOUBLE), started_at), 0.5) FROM runs) AS review_below
    FROM known AS p
    LEFT JOIN lines AS l USING (page_id) LEFT JOIN least AS c USING (page_id) LEFT JOIN rejected AS r USING (page_id)
    LEFT JOIN quality AS q USING (page_id)
)
SELECT
    * EXCLUDE (review_below, is_broken, is_code, is_list, is_numbers, repeats, is_mixed),
    list_filter([
        CASE WHEN articles = 0 THEN 'no article' END,
        CASE WHEN confidence < review_below THEN 'unsure where an article begins or ends' END,
        CASE WHEN removed_share > 0.7 AND blocks >= 5 THEN 'most of the text was removed' END,
        CASE WHEN articles > 0 AND len(reasons) > 0 THEN 'a part of it is in quarantine' END,
        CASE WHEN is_broken THEN 'broken characters' END,
        CASE WHEN repeats THEN 'a text repeats itself' END,
        CASE WHEN is_list THEN 'a text of short lines' END,
        CASE WHEN is_numbers THEN 'a text without words' END,
        CASE WHEN is_code THEN 'code or placeholders in a text' END,
        CASE WHEN is_mixed THEN 'a text of no one language' END
    ], reason -> reason IS NOT NULL) AS why
FROM facts
WHERE len(why) > 0
ORDER BY len(why) DESC, confidence NULLS FIRST, removed_share DESC, page_id;
COMMENT ON VIEW suspicious_pages IS 'Pages that a person should look at, the worst first; rows and files that could not be read among them.';
COMMENT ON COLUMN suspicious_pages.page_id IS 'Page; see pages.';
COMMENT ON COLUMN suspicious_pages.site IS 'Publisher as landed.';
COMMENT ON COLUMN suspicious_pages.source IS 'What the supplier calls the page.';
COMMENT ON COLUMN suspicious_pages.path IS 'File that holds it.';
COMMENT ON COLUMN suspicious_pages.row_number IS 'Line of that file (JSONL).';
COMMENT ON COLUMN suspicious_pages.url IS 'Address of the page.';
COMMENT ON COLUMN suspicious_pages.articles IS 'Articles it gave.';
COMMENT ON COLUMN suspicious_pages.confidence IS 'Confidence of its least sure article.';
COMMENT ON COLUMN suspicious_pages.blocks IS 'Blocks it has.';
COMMENT ON COLUMN suspicious_pages.removed_share IS 'Share of its characters that were removed.';
COMMENT ON COLUMN suspicious_pages.reasons IS 'Reasons why it, or a part of it, is in quarantine.';
COMMENT ON COLUMN suspicious_pages.why IS 'What is suspicious: of the page, and of its texts by article_quality.';

