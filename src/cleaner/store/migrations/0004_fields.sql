-- What a page says of its article beside title, authors and day: until here among the candidates only.

CREATE TYPE access AS ENUM ('free', 'subscribers');

ALTER TABLE articles ADD COLUMN modified_at TIMESTAMPTZ;
ALTER TABLE articles ADD COLUMN modified_local VARCHAR;
ALTER TABLE articles ADD COLUMN section VARCHAR;
ALTER TABLE articles ADD COLUMN image VARCHAR;
ALTER TABLE articles ADD COLUMN licence VARCHAR;
ALTER TABLE articles ADD COLUMN access access;
COMMENT ON COLUMN articles.modified_at IS 'When it was last changed, as an instant; NULL where the page does not say. See modified_local.';
COMMENT ON COLUMN articles.modified_local IS 'The same as the page states it, ISO 8601 with the page''s own offset; a bare date where only the day is known.';
COMMENT ON COLUMN articles.section IS 'Section of the site that it stands in, as the page names it.';
COMMENT ON COLUMN articles.image IS 'Address of its picture.';
COMMENT ON COLUMN articles.licence IS 'Licence or notice of rights under which the page states it may be used.';
COMMENT ON COLUMN articles.access IS 'Who may read it, as the page states: free or subscribers. NULL where it does not say.';

ALTER TABLE field_candidates ADD COLUMN why VARCHAR;
COMMENT ON COLUMN field_candidates.why IS 'What weighed most for or against it, in words; NULL where its source alone decided.';

-- Rows of earlier versions get their values from the candidates that were marked then.
UPDATE articles SET
    modified_local = w.modified_at, section = w.section, image = w.image, licence = w.licence,
    access = try_cast(w.access AS access), modified_at = try_cast(w.modified_at AS TIMESTAMPTZ)
FROM (
    SELECT
        article_id,
        min(value) FILTER (WHERE field = 'modified_at') AS modified_at,
        min(value) FILTER (WHERE field = 'section') AS section,
        min(value) FILTER (WHERE field = 'image') AS image,
        min(value) FILTER (WHERE field = 'licence') AS licence,
        min(value) FILTER (WHERE field = 'access') AS access
    FROM field_candidates
    WHERE won AND field IN ('modified_at', 'section', 'image', 'licence', 'access')
    GROUP BY article_id
) AS w
WHERE articles.article_id = w.article_id;
