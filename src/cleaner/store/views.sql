-- What analysts ask most; made anew at each publication.

CREATE OR REPLACE VIEW removed_lines AS
SELECT
    p.site, p.source, l.page_id, l.block, l.article_id, l.label, l.decided_by, l.score, l.text, l.evidence,
    p.url
FROM ledger AS l JOIN pages AS p USING (page_id)
WHERE l.verdict = 'removed';
COMMENT ON VIEW removed_lines IS 'Every line that was taken out, with the rule that did it.';
COMMENT ON COLUMN removed_lines.site IS 'Publisher as landed.';
COMMENT ON COLUMN removed_lines.source IS 'What the supplier calls the page.';
COMMENT ON COLUMN removed_lines.page_id IS 'Page; see pages.';
COMMENT ON COLUMN removed_lines.block IS 'Place of the block in its page, from 0.';
COMMENT ON COLUMN removed_lines.article_id IS 'Article whose segment it stood in; NULL for none.';
COMMENT ON COLUMN removed_lines.label IS 'What it is.';
COMMENT ON COLUMN removed_lines.decided_by IS 'Rule, cue or model that decided.';
COMMENT ON COLUMN removed_lines.score IS '0 to 1: how sure it was.';
COMMENT ON COLUMN removed_lines.text IS 'The line.';
COMMENT ON COLUMN removed_lines.evidence IS 'Matched text, or the strongest features in words.';
COMMENT ON COLUMN removed_lines.url IS 'Address of the page.';

CREATE OR REPLACE VIEW noise_by_rule AS
SELECT
    label, decided_by, count(*) AS lines, count(DISTINCT page_id) AS pages,
    round(count(*) / sum(count(*)) OVER (), 4) AS share, round(avg(score), 3) AS mean_score,
    arg_min(text, (page_id, block)) AS example
FROM ledger
WHERE verdict = 'removed'
GROUP BY label, decided_by
ORDER BY lines DESC, label, decided_by;
COMMENT ON VIEW noise_by_rule IS 'How much each rule takes out, with an example; most active first.';
COMMENT ON COLUMN noise_by_rule.label IS 'What it takes out.';
COMMENT ON COLUMN noise_by_rule.decided_by IS 'Rule, cue or model.';
COMMENT ON COLUMN noise_by_rule.lines IS 'Lines taken out.';
COMMENT ON COLUMN noise_by_rule.pages IS 'Pages it was active on.';
COMMENT ON COLUMN noise_by_rule.share IS 'Its share of all lines taken out.';
COMMENT ON COLUMN noise_by_rule.mean_score IS 'How sure it was, on average.';
COMMENT ON COLUMN noise_by_rule.example IS 'One line it took out.';

CREATE OR REPLACE VIEW articles_unique AS
WITH ranked AS (
    SELECT
        a.article_id, a.page_id, a.position, count(*) OVER copies AS copies,
        row_number() OVER (
            copies ORDER BY a.published_at NULLS LAST, p.fetched_at NULLS LAST, a.article_id, a.page_id, a.position
        ) AS place
    FROM articles AS a JOIN pages AS p USING (page_id)
    WINDOW copies AS (PARTITION BY a.text_sha256)
)
SELECT a.*, r.copies
FROM articles AS a JOIN ranked AS r USING (article_id, page_id, position)
WHERE r.place = 1;
COMMENT ON VIEW articles_unique IS 'Articles without exact copies: of each text the one published (else fetched) first.';
COMMENT ON COLUMN articles_unique.article_id IS 'Identity of the article; see articles.';
COMMENT ON COLUMN articles_unique.page_id IS 'Page it stands on; see pages.';
COMMENT ON COLUMN articles_unique.position IS 'Place among the articles of its page, from 1.';
COMMENT ON COLUMN articles_unique.title IS 'Headline.';
COMMENT ON COLUMN articles_unique.dek IS 'Summary under the headline.';
COMMENT ON COLUMN articles_unique.language IS 'Language of the text, ISO 639-1.';
COMMENT ON COLUMN articles_unique.agency IS 'News agency it is credited to.';
COMMENT ON COLUMN articles_unique.site IS 'Publisher of the article.';
COMMENT ON COLUMN articles_unique.url IS 'Canonical address of the article.';
COMMENT ON COLUMN articles_unique.published_at IS 'When it was published; midnight UTC where only the day is printed.';
COMMENT ON COLUMN articles_unique.published_local IS 'The same as the page prints it, ISO 8601.';
COMMENT ON COLUMN articles_unique.truncated IS 'True where the text breaks off.';
COMMENT ON COLUMN articles_unique.truncated_by IS 'Rule or marker that says so.';
COMMENT ON COLUMN articles_unique.text IS 'Clean text.';
COMMENT ON COLUMN articles_unique.words IS 'Words of the text.';
COMMENT ON COLUMN articles_unique.text_sha256 IS 'SHA-256 of the text: unique here.';
COMMENT ON COLUMN articles_unique.headings IS 'Headings inside the text, in order.';
COMMENT ON COLUMN articles_unique.confidence IS '0 to 1: how sure the cleaner is of where it begins and ends.';
COMMENT ON COLUMN articles_unique.run_id IS 'Run that loaded it; see runs.';
COMMENT ON COLUMN articles_unique.digest IS 'Version of the cleaner that made it.';
COMMENT ON COLUMN articles_unique.copies IS 'How often the same text stands in articles, itself included.';

CREATE OR REPLACE VIEW paragraphs AS
SELECT
    l.article_id, l.page_id, row_number() OVER (PARTITION BY l.page_id, l.article ORDER BY l.block) AS paragraph,
    l.label, l.text, l.block, l.start_offset, l.end_offset, l.path
FROM ledger AS l
WHERE l.verdict = 'kept' AND l.label IN ('body', 'heading') AND l.article_id IS NOT NULL;
COMMENT ON VIEW paragraphs IS 'The text of every article block by block, each with its place in the page.';
COMMENT ON COLUMN paragraphs.article_id IS 'Article; see articles.';
COMMENT ON COLUMN paragraphs.page_id IS 'Page; see pages.';
COMMENT ON COLUMN paragraphs.paragraph IS 'Place in the article, from 1.';
COMMENT ON COLUMN paragraphs.label IS 'body or heading.';
COMMENT ON COLUMN paragraphs.text IS 'The paragraph.';
COMMENT ON COLUMN paragraphs.block IS 'Place of the block in its page, from 0.';
COMMENT ON COLUMN paragraphs.start_offset IS 'First character in the decoded page (text dumps).';
COMMENT ON COLUMN paragraphs.end_offset IS 'Character after its last (text dumps).';
COMMENT ON COLUMN paragraphs.path IS 'Element that holds it (HTML).';

CREATE OR REPLACE VIEW suspicious_pages AS
WITH lines AS (
    SELECT
        page_id, count(*) AS blocks,
        sum(length(text)) FILTER (WHERE verdict = 'removed') / nullif(sum(length(text)), 0) AS removed_share
    FROM ledger GROUP BY page_id
),
least AS (SELECT page_id, min(confidence) AS confidence FROM articles GROUP BY page_id),
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
        (SELECT coalesce(max_by(try_cast(settings['review_below'] AS DOUBLE), started_at), 0.5) FROM runs) AS review_below
    FROM known AS p
    LEFT JOIN lines AS l USING (page_id) LEFT JOIN least AS c USING (page_id) LEFT JOIN rejected AS r USING (page_id)
)
SELECT
    * EXCLUDE (review_below),
    list_filter([
        CASE WHEN articles = 0 THEN 'no article' END,
        CASE WHEN confidence < review_below THEN 'unsure where an article begins or ends' END,
        CASE WHEN removed_share > 0.7 AND blocks >= 5 THEN 'most of the text was removed' END,
        CASE WHEN articles > 0 AND len(reasons) > 0 THEN 'a part of it is in quarantine' END
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
COMMENT ON COLUMN suspicious_pages.why IS 'What is suspicious.';

CREATE OR REPLACE VIEW runs_latest AS
SELECT
    run_id, status, started_at, finished_at, pages_in, pages_cleaned, pages_quarantined, pages_duplicate, pages_known,
    articles, blocks_kept, blocks_removed, seconds, round(pages_in / nullif(seconds, 0), 1) AS pages_per_second,
    pages_in = pages_cleaned + pages_quarantined + pages_duplicate + pages_known AS adds_up, digest, error
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
COMMENT ON COLUMN runs_latest.articles IS 'Articles loaded.';
COMMENT ON COLUMN runs_latest.blocks_kept IS 'Blocks kept.';
COMMENT ON COLUMN runs_latest.blocks_removed IS 'Blocks removed.';
COMMENT ON COLUMN runs_latest.seconds IS 'Duration.';
COMMENT ON COLUMN runs_latest.pages_per_second IS 'Speed.';
COMMENT ON COLUMN runs_latest.adds_up IS 'True where every page read is accounted for.';
COMMENT ON COLUMN runs_latest.digest IS 'Version of the cleaner.';
COMMENT ON COLUMN runs_latest.error IS 'Why it failed.';
