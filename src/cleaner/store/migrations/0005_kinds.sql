-- Blocks know how they stand in their page: as what, how deep, on which line.

CREATE TYPE kind AS ENUM (
    'paragraph', 'heading', 'list_item', 'numbered_item', 'quote', 'table_cell', 'code', 'verse', 'caption', 'embed'
);

ALTER TABLE blocks ADD COLUMN kind kind DEFAULT 'paragraph';
ALTER TABLE blocks ALTER COLUMN kind SET NOT NULL; -- before the update: not possible after it in one transaction
ALTER TABLE blocks ADD COLUMN level INTEGER;
ALTER TABLE blocks ADD COLUMN line INTEGER;
COMMENT ON COLUMN blocks.kind IS 'How it stands in the page: paragraph, heading, list_item ... Of a row that an earlier cleaner wrote as far as its tag and label tell.';
COMMENT ON COLUMN blocks.level IS 'Of a heading 1 to 6, of an item or a quote how deep it is nested, from 1; NULL where the page does not say.';
COMMENT ON COLUMN blocks.line IS 'Line of the decoded page, from 1: on which it begins (dumps), on which the start tag of its element ends (HTML). NULL beyond line 65,534 of HTML.';

-- Until the next run cleans these pages again.
UPDATE blocks SET
    kind = CASE
        WHEN label IN ('title', 'heading') OR tag IN ('h1', 'h2', 'h3', 'h4', 'h5', 'h6') THEN 'heading'
        WHEN tag IN ('li', 'dt', 'dd') THEN 'list_item'
        WHEN tag = 'blockquote' THEN 'quote'
        WHEN tag = 'pre' THEN 'code'
        WHEN tag IN ('figcaption', 'caption') THEN 'caption'
        ELSE 'paragraph'
    END::kind,
    level = CASE WHEN tag IN ('h1', 'h2', 'h3', 'h4', 'h5', 'h6') THEN tag[2]::INTEGER END;
