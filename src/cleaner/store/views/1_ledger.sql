-- Every block of every page, and what was taken out.

CREATE OR REPLACE VIEW ledger AS
SELECT
    b.page_id, b.block, b.start_offset, b.end_offset, b.path, b.tag,
    coalesce(b.text, substr(a.text, b.text_offset + 1, b.text_length)) AS text,
    b.verdict, b.label, b.article, b.article_id, b.decided_by, b.score, b.evidence, b.opens_by, b.opens_evidence,
    b.repairs, b.marks, b.kind, b.level, b.line
FROM blocks AS b LEFT JOIN articles AS a ON a.article_id = b.article_id AND a.page_id = b.page_id;
COMMENT ON VIEW ledger IS 'Every block of every page exactly once: kept in which article as what, or removed as what, by which rule.';
COMMENT ON COLUMN ledger.text IS 'Text of the block, after its repairs.';

CREATE OR REPLACE VIEW removed_lines AS
SELECT
    p.site, p.source, l.page_id, l.block, l.article_id, l.label, l.decided_by, l.score, l.text, l.evidence,
    p.url
FROM blocks AS l JOIN pages AS p USING (page_id)
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

-- The counts are made at publication: of twelve million removed lines they take seconds. The example is looked up in one page.
CREATE OR REPLACE VIEW noise_by_rule AS
WITH shown AS (
    SELECT label, decided_by, arg_min(text, block) AS example
    FROM rule_removals JOIN blocks USING (label, decided_by, page_id) WHERE verdict = 'removed' GROUP BY label, decided_by
)
SELECT label, decided_by, lines, pages, round(lines / sum(lines) OVER (), 4) AS share, mean_score, example
FROM rule_removals JOIN shown USING (label, decided_by)
ORDER BY lines DESC, label, decided_by;
COMMENT ON VIEW noise_by_rule IS 'How much each rule takes out, with an example; most active first.';
COMMENT ON COLUMN noise_by_rule.label IS 'What it takes out.';
COMMENT ON COLUMN noise_by_rule.decided_by IS 'Rule, cue or model.';
COMMENT ON COLUMN noise_by_rule.lines IS 'Lines taken out.';
COMMENT ON COLUMN noise_by_rule.pages IS 'Pages it was active on.';
COMMENT ON COLUMN noise_by_rule.share IS 'Its share of all lines taken out.';
COMMENT ON COLUMN noise_by_rule.mean_score IS 'How sure it was, on average.';
COMMENT ON COLUMN noise_by_rule.example IS 'One line it took out.';

CREATE OR REPLACE VIEW rule_stats AS
WITH fired AS (
    SELECT
        page_id, decided_by, verdict,
        unnest(list_distinct(list_transform(marks, m -> {'rule': m.marked_by, 'label': m.label}))) AS mark
    FROM blocks
)
SELECT
    mark['rule'] AS rule, mark['label'] AS label, count(*) AS lines, count(DISTINCT page_id) AS pages,
    count(*) FILTER (WHERE decided_by = mark['rule']) AS decided,
    count(*) FILTER (WHERE verdict = 'removed') AS removed, count(*) FILTER (WHERE verdict = 'kept') AS kept
FROM fired
GROUP BY ALL
ORDER BY lines DESC, rule, label;
COMMENT ON VIEW rule_stats IS 'What became of the lines that each rule, cue or model marked; a rule whose lines are mostly kept is overruled.';
COMMENT ON COLUMN rule_stats.rule IS 'Rule, cue or model.';
COMMENT ON COLUMN rule_stats.label IS 'What it took them for.';
COMMENT ON COLUMN rule_stats.lines IS 'Lines it marked so.';
COMMENT ON COLUMN rule_stats.pages IS 'Pages with such a line.';
COMMENT ON COLUMN rule_stats.decided IS 'Of these lines, those that it decided.';
COMMENT ON COLUMN rule_stats.removed IS 'Of these lines, those that were removed, whoever decided.';
COMMENT ON COLUMN rule_stats.kept IS 'Of these lines, those that were kept, whoever decided.';
