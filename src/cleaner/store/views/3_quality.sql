-- Quality: the published rules as thresholds over article_quality. True: the article keeps to the rule.

CREATE OR REPLACE VIEW quality_c4 AS
SELECT
    article_id, page_id, curly_brackets = 0 AS no_curly_brackets, NOT lorem_ipsum AS no_lorem_ipsum,
    c4_sentences >= 5 AS enough_sentences, no_curly_brackets AND no_lorem_ipsum AND enough_sentences AS passes,
    c4_lines AS lines_kept
FROM article_quality;
COMMENT ON VIEW quality_c4 IS 'C4''s rules (Raffel et al. 2020, section 2.2), but for its list of bad words and its English only.';
COMMENT ON COLUMN quality_c4.article_id IS 'Article; see articles.';
COMMENT ON COLUMN quality_c4.page_id IS 'Page it stands on.';
COMMENT ON COLUMN quality_c4.no_curly_brackets IS 'No curly bracket in it.';
COMMENT ON COLUMN quality_c4.no_lorem_ipsum IS 'It does not say lorem ipsum.';
COMMENT ON COLUMN quality_c4.enough_sentences IS 'At least five sentences in the lines that C4 would keep.';
COMMENT ON COLUMN quality_c4.passes IS 'All of these.';
COMMENT ON COLUMN quality_c4.lines_kept IS 'Share of its lines that C4 would keep.';

CREATE OR REPLACE VIEW quality_gopher AS
SELECT
    q.article_id, q.page_id,
    q.words BETWEEN 50 AND 100000 AS word_count,
    CASE WHEN NOT q.unspaced THEN q.mean_word_length BETWEEN 3 AND 10 END AS word_length,
    q.hash_ratio <= 0.1 AND q.ellipsis_ratio <= 0.1 AS symbols,
    q.bullet_lines <= 0.9 AS bullets, q.ellipsis_lines <= 0.3 AS ellipses, q.alphabetic_words >= 0.8 AS letters,
    CASE WHEN coalesce(a.language, 'en') = 'en' THEN q.stop_words >= 2 END AS stop_words,
    q.duplicate_lines <= 0.3 AND q.duplicate_line_characters <= 0.2 AS duplicate_lines,
    q.duplicate_paragraphs <= 0.3 AND q.duplicate_paragraph_characters <= 0.2 AS duplicate_paragraphs,
    q.top_2_gram <= 0.2 AND q.top_3_gram <= 0.18 AND q.top_4_gram <= 0.16 AS top_ngrams,
    q.duplicate_5_grams <= 0.15 AND q.duplicate_6_grams <= 0.14 AND q.duplicate_7_grams <= 0.13
        AND q.duplicate_8_grams <= 0.12 AND q.duplicate_9_grams <= 0.11 AND q.duplicate_10_grams <= 0.1 AS duplicate_ngrams,
    word_count AND coalesce(word_length, true) AND symbols AND bullets AND ellipses AND letters
        AND (coalesce(a.language, 'en') <> 'en' OR q.stop_words >= 2)
        AND q.duplicate_lines <= 0.3 AND q.duplicate_line_characters <= 0.2
        AND q.duplicate_paragraphs <= 0.3 AND q.duplicate_paragraph_characters <= 0.2
        AND top_ngrams AND duplicate_ngrams AS passes
FROM article_quality AS q JOIN articles AS a ON a.article_id = q.article_id AND a.page_id = q.page_id;
COMMENT ON VIEW quality_gopher IS 'Gopher''s rules of quality and repetition (Rae et al. 2021, appendix A.1, table A1).';
COMMENT ON COLUMN quality_gopher.article_id IS 'Article; see articles.';
COMMENT ON COLUMN quality_gopher.page_id IS 'Page it stands on.';
COMMENT ON COLUMN quality_gopher.word_count IS '50 to 100,000 words.';
COMMENT ON COLUMN quality_gopher.word_length IS '3 to 10 characters a word on average; NULL in a script without spaces.';
COMMENT ON COLUMN quality_gopher.symbols IS 'At most one hash sign and one ellipsis in ten words.';
COMMENT ON COLUMN quality_gopher.bullets IS 'At most 90 % of lines begin with a bullet.';
COMMENT ON COLUMN quality_gopher.ellipses IS 'At most 30 % of lines end with an ellipsis.';
COMMENT ON COLUMN quality_gopher.letters IS 'At least 80 % of words have a letter.';
COMMENT ON COLUMN quality_gopher.stop_words IS 'At least two of eight English stop words; NULL in another language.';
COMMENT ON COLUMN quality_gopher.duplicate_lines IS 'At most 30 % of lines, and 20 % by characters, stood there before.';
COMMENT ON COLUMN quality_gopher.duplicate_paragraphs IS 'Likewise of paragraphs.';
COMMENT ON COLUMN quality_gopher.top_ngrams IS 'The most frequent run of 2, 3 and 4 words has at most 20, 18 and 16 % of the characters.';
COMMENT ON COLUMN quality_gopher.duplicate_ngrams IS 'Runs of 5 to 10 words that stood there before have at most 15 to 10 % of the characters.';
COMMENT ON COLUMN quality_gopher.passes IS 'All of these; a rule that says nothing of the text is kept.';

CREATE OR REPLACE VIEW quality_fineweb AS
SELECT
    article_id, page_id, terminal_lines > 0.12 AS ends, short_lines < 0.67 AS long_lines,
    duplicate_line_characters < 0.1 AS unrepeated, ends AND long_lines AND unrepeated AS passes
FROM article_quality;
COMMENT ON VIEW quality_fineweb IS 'FineWeb''s own three rules (Penedo et al. 2024, section 3.6).';
COMMENT ON COLUMN quality_fineweb.article_id IS 'Article; see articles.';
COMMENT ON COLUMN quality_fineweb.page_id IS 'Page it stands on.';
COMMENT ON COLUMN quality_fineweb.ends IS 'More than 12 % of lines end with punctuation.';
COMMENT ON COLUMN quality_fineweb.long_lines IS 'Less than 67 % of lines have at most 30 characters.';
COMMENT ON COLUMN quality_fineweb.unrepeated IS 'Less than 10 % of characters stand in lines that stood there before.';
COMMENT ON COLUMN quality_fineweb.passes IS 'All of these.';

CREATE OR REPLACE VIEW articles_flagged AS
WITH flagged AS (
    SELECT
        a.article_id, a.page_id, a.site, a.title, q.words, a.confidence,
        list_filter([
            CASE WHEN q.truncated THEN 'truncated' END,
            CASE WHEN q.paywalled THEN 'paywalled' END,
            CASE WHEN a.confidence < (
                SELECT coalesce(max_by(try_cast(settings['review_below'] AS DOUBLE), started_at), 0.5) FROM runs
            ) THEN 'low confidence' END,
            CASE WHEN coalesce(q.language_confidence, 0) < 0.65 THEN 'language unsure' END,
            CASE WHEN q.mojibake > 0 THEN 'mojibake' END,
            CASE WHEN NOT c.passes THEN 'c4' END,
            CASE WHEN NOT g.passes THEN 'gopher' END,
            CASE WHEN NOT f.passes THEN 'fineweb' END,
            CASE WHEN q.emails > 0 THEN 'e-mail address' END,
            CASE WHEN q.phones > 0 THEN 'telephone number' END
        ], flag -> flag IS NOT NULL) AS flags
    FROM articles AS a
    JOIN article_quality AS q ON q.article_id = a.article_id AND q.page_id = a.page_id
    JOIN quality_c4 AS c ON c.article_id = a.article_id AND c.page_id = a.page_id
    JOIN quality_gopher AS g ON g.article_id = a.article_id AND g.page_id = a.page_id
    JOIN quality_fineweb AS f ON f.article_id = a.article_id AND f.page_id = a.page_id
)
SELECT * FROM flagged WHERE len(flags) > 0 ORDER BY len(flags) DESC, article_id;
COMMENT ON VIEW articles_flagged IS 'Articles with what speaks against handing them on unseen, most of it first; none of it drops an article.';
COMMENT ON COLUMN articles_flagged.article_id IS 'Article; see articles.';
COMMENT ON COLUMN articles_flagged.page_id IS 'Page it stands on.';
COMMENT ON COLUMN articles_flagged.site IS 'Publisher of the article.';
COMMENT ON COLUMN articles_flagged.title IS 'Headline.';
COMMENT ON COLUMN articles_flagged.words IS 'Words, as article_quality counts them.';
COMMENT ON COLUMN articles_flagged.confidence IS 'How sure the cleaner is of where it begins and ends.';
COMMENT ON COLUMN articles_flagged.flags IS 'truncated, paywalled, low confidence (setting review_below), language unsure (below 0.65, FineWeb''s threshold), mojibake, c4, gopher, fineweb (does not pass), e-mail address, telephone number.';
