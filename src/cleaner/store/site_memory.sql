-- Fills host_paragraphs. Counts addresses, not pages: what is fetched twice does not recur for that.
INSERT INTO host_paragraphs BY NAME
WITH lines AS (
    SELECT
        coalesce(p.host, p.site) AS host, date_trunc('week', p.fetched_at AT TIME ZONE 'UTC')::DATE AS week,
        coalesce(p.address, p.page_id) AS address, l.verdict, l.text, md5_number_lower(lower(l.text)) AS line_key
    FROM ledger AS l JOIN pages AS p USING (page_id)
),
recurring AS (
    SELECT host, line_key FROM lines GROUP BY host, line_key HAVING min(address) <> max(address)
)
SELECT
    l.host, l.week, l.line_key, count(DISTINCT l.address) AS pages, count(*) FILTER (WHERE l.verdict = 'kept') AS kept,
    count(*) FILTER (WHERE l.verdict = 'removed') AS removed, min(l.text) AS text
FROM lines AS l JOIN recurring AS r ON l.host IS NOT DISTINCT FROM r.host AND l.line_key = r.line_key
GROUP BY l.host, l.week, l.line_key;
