-- What is computed from the other tables at each publication; only the readers' file has it.

CREATE TYPE copy_kind AS ENUM ('canonical', 'exact', 'near');

CREATE TABLE article_versions (
    article_id VARCHAR NOT NULL,
    page_id VARCHAR NOT NULL,
    story_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    superseded_by VARCHAR
);
COMMENT ON TABLE article_versions IS 'Articles of which a page of the same address, fetched at another time, has another version.';
COMMENT ON COLUMN article_versions.article_id IS 'Article; see articles.';
COMMENT ON COLUMN article_versions.page_id IS 'Page it stands on.';
COMMENT ON COLUMN article_versions.story_id IS 'What its versions have in common: the article_id of the first.';
COMMENT ON COLUMN article_versions.version IS 'Place in the order of fetching, from 1.';
COMMENT ON COLUMN article_versions.superseded_by IS 'Article that is its next version; NULL for the newest.';

CREATE TABLE article_clusters (
    article_id VARCHAR NOT NULL,
    page_id VARCHAR NOT NULL,
    cluster_id VARCHAR NOT NULL,
    kind copy_kind NOT NULL,
    similarity DOUBLE,
    copies BIGINT NOT NULL
);
COMMENT ON TABLE article_clusters IS 'Articles whose text stands there more than once: word for word, or with at least 0.8 of its three-word runs in common.';
COMMENT ON COLUMN article_clusters.article_id IS 'Article; see articles.';
COMMENT ON COLUMN article_clusters.page_id IS 'Page it stands on.';
COMMENT ON COLUMN article_clusters.cluster_id IS 'Article that stands for all of them: of the earliest day the fullest. Changes when an earlier copy lands.';
COMMENT ON COLUMN article_clusters.kind IS 'canonical (stands for all), exact (the same words), near.';
COMMENT ON COLUMN article_clusters.similarity IS 'Three-word runs in common with the canonical one, of all that either has; NULL where only a copy between links them.';
COMMENT ON COLUMN article_clusters.copies IS 'Articles in the cluster.';

CREATE TABLE host_paragraphs (
    host VARCHAR,
    week DATE,
    line_key UBIGINT NOT NULL,
    pages BIGINT NOT NULL,
    kept BIGINT NOT NULL,
    removed BIGINT NOT NULL,
    text VARCHAR NOT NULL USING COMPRESSION zstd
);
COMMENT ON TABLE host_paragraphs IS 'Lines that stand on more than one page of a host, counted by week: furniture, however it is worded.';
COMMENT ON COLUMN host_paragraphs.host IS 'Host; the site where no address is known.';
COMMENT ON COLUMN host_paragraphs.week IS 'Monday of the week in which the pages were fetched; NULL where unknown.';
COMMENT ON COLUMN host_paragraphs.line_key IS 'Identity of the line, upper and lower case alike: md5_number_lower(lower(text)).';
COMMENT ON COLUMN host_paragraphs.pages IS 'Addresses on which it stood in that week; versions of a page count once.';
COMMENT ON COLUMN host_paragraphs.kept IS 'How often it was kept.';
COMMENT ON COLUMN host_paragraphs.removed IS 'How often it was removed.';
COMMENT ON COLUMN host_paragraphs.text IS 'The line, as one of these pages spells it: that with the least page_id.';

CREATE TABLE rule_removals (
    label label NOT NULL,
    decided_by VARCHAR NOT NULL,
    lines BIGINT NOT NULL,
    pages BIGINT NOT NULL,
    mean_score DOUBLE NOT NULL,
    page_id VARCHAR NOT NULL
);
COMMENT ON TABLE rule_removals IS 'Lines that each rule, cue or model takes out, counted; noise_by_rule shows them with an example.';
COMMENT ON COLUMN rule_removals.label IS 'What it takes out.';
COMMENT ON COLUMN rule_removals.decided_by IS 'Rule, cue or model.';
COMMENT ON COLUMN rule_removals.lines IS 'Lines taken out.';
COMMENT ON COLUMN rule_removals.pages IS 'Pages it was active on.';
COMMENT ON COLUMN rule_removals.mean_score IS 'How sure it was, on average; three digits.';
COMMENT ON COLUMN rule_removals.page_id IS 'A page that it was active on: that with the least id.';
