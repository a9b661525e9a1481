-- What a published file lacks is found by comparing pages: each tells with which change its rows came.

ALTER TABLE pages ADD COLUMN revision BIGINT DEFAULT 0;
ALTER TABLE pages ALTER COLUMN revision SET NOT NULL;
COMMENT ON COLUMN pages.revision IS 'Change of the content that brought its rows, counted as revision.content does; 0 where that was before changes were told apart.';

ALTER TABLE publications ADD COLUMN replaced BIGINT DEFAULT 0;
ALTER TABLE publications ALTER COLUMN replaced SET NOT NULL;
COMMENT ON COLUMN publications.replaced IS 'Pages whose rows were taken out of the file since it was built anew: what it carries along as waste.';

CREATE TABLE page_lines (
    page_id VARCHAR NOT NULL,
    revision BIGINT NOT NULL,
    kept UBIGINT[] NOT NULL,
    removed UBIGINT[] NOT NULL
);
COMMENT ON TABLE page_lines IS 'The lines of every page as numbers, in the writer''s file only: what recurs on a site is counted here.';
COMMENT ON COLUMN page_lines.page_id IS 'Page; see pages.';
COMMENT ON COLUMN page_lines.revision IS 'Change that brought the rows they were read from; another one in pages, and they are read anew.';
COMMENT ON COLUMN page_lines.kept IS 'Of every block that was kept, in no order: md5_number_lower(lower(text)).';
COMMENT ON COLUMN page_lines.removed IS 'Of every block that was removed, likewise.';
