-- Signals of each article's quality. Nothing is dropped for them: thresholds are views. Articles that were loaded before
-- get their rows at the next publication, as those do whose definition has changed.

CREATE TABLE article_quality (
    article_id VARCHAR NOT NULL,
    page_id VARCHAR NOT NULL,
    words INTEGER NOT NULL,
    unspaced BOOLEAN NOT NULL,
    mean_word_length DOUBLE NOT NULL,
    hash_ratio DOUBLE NOT NULL,
    ellipsis_ratio DOUBLE NOT NULL,
    alphabetic_words DOUBLE NOT NULL,
    stop_words INTEGER NOT NULL,
    sentences INTEGER NOT NULL,
    lix DOUBLE,
    lines INTEGER NOT NULL,
    bullet_lines DOUBLE NOT NULL,
    ellipsis_lines DOUBLE NOT NULL,
    terminal_lines DOUBLE NOT NULL,
    short_lines DOUBLE NOT NULL,
    c4_lines DOUBLE NOT NULL,
    c4_sentences INTEGER NOT NULL,
    javascript_lines INTEGER NOT NULL,
    policy_lines INTEGER NOT NULL,
    curly_brackets INTEGER NOT NULL,
    lorem_ipsum BOOLEAN NOT NULL,
    duplicate_lines DOUBLE NOT NULL,
    duplicate_line_characters DOUBLE NOT NULL,
    duplicate_paragraphs DOUBLE NOT NULL,
    duplicate_paragraph_characters DOUBLE NOT NULL,
    top_2_gram DOUBLE NOT NULL,
    top_3_gram DOUBLE NOT NULL,
    top_4_gram DOUBLE NOT NULL,
    duplicate_5_grams DOUBLE NOT NULL,
    duplicate_6_grams DOUBLE NOT NULL,
    duplicate_7_grams DOUBLE NOT NULL,
    duplicate_8_grams DOUBLE NOT NULL,
    duplicate_9_grams DOUBLE NOT NULL,
    duplicate_10_grams DOUBLE NOT NULL,
    language_confidence DOUBLE,
    mojibake INTEGER NOT NULL,
    emails INTEGER NOT NULL,
    email_paragraphs INTEGER[] NOT NULL,
    phones INTEGER NOT NULL,
    phone_paragraphs INTEGER[] NOT NULL,
    truncated BOOLEAN NOT NULL,
    paywalled BOOLEAN NOT NULL,
    definition INTEGER NOT NULL
);
COMMENT ON TABLE article_quality IS 'One row per article: signals of its quality by the definitions of C4 (Raffel et al. 2020), Gopher (Rae et al. 2021) and FineWeb (Penedo et al. 2024), and what a person should see. Shares are rounded to four places.';
COMMENT ON COLUMN article_quality.article_id IS 'Article; see articles.';
COMMENT ON COLUMN article_quality.page_id IS 'Page it stands on.';
COMMENT ON COLUMN article_quality.words IS 'Words: what white space parts, without punctuation at their ends; by characters where unspaced. Gopher wants 50 to 100,000.';
COMMENT ON COLUMN article_quality.unspaced IS 'True where the script has no spaces between words: Chinese and Japanese count two characters a word, Thai, Lao, Burmese and Khmer four.';
COMMENT ON COLUMN article_quality.mean_word_length IS 'Characters a word, on average (Gopher: 3 to 10).';
COMMENT ON COLUMN article_quality.hash_ratio IS 'Hash signs a word (Gopher: at most 0.1).';
COMMENT ON COLUMN article_quality.ellipsis_ratio IS 'Ellipses a word (Gopher: at most 0.1).';
COMMENT ON COLUMN article_quality.alphabetic_words IS 'Share of what white space parts that has a letter in it (Gopher: at least 0.8).';
COMMENT ON COLUMN article_quality.stop_words IS 'How many of the, be, to, of, and, that, have, with stand in it (Gopher: at least 2; English).';
COMMENT ON COLUMN article_quality.sentences IS 'Sentences; a line without an end is one.';
COMMENT ON COLUMN article_quality.lix IS 'Readability by LIX (Björnsson 1968): words a sentence, plus the per cent of words of more than six letters. Below 30 easy, above 50 hard; NULL where unspaced.';
COMMENT ON COLUMN article_quality.lines IS 'Lines that are not blank.';
COMMENT ON COLUMN article_quality.bullet_lines IS 'Share of lines that begin with a bullet (Gopher: at most 0.9).';
COMMENT ON COLUMN article_quality.ellipsis_lines IS 'Share of lines that end with an ellipsis (Gopher: at most 0.3).';
COMMENT ON COLUMN article_quality.terminal_lines IS 'Share of lines that end with a full stop, question or exclamation mark or quotation mark, of any script (C4 keeps these; FineWeb wants more than 0.12).';
COMMENT ON COLUMN article_quality.short_lines IS 'Share of lines of at most 30 characters (FineWeb: less than 0.67).';
COMMENT ON COLUMN article_quality.c4_lines IS 'Share of lines that C4 would keep: terminal, of three words, without javascript and talk of cookies or terms.';
COMMENT ON COLUMN article_quality.c4_sentences IS 'Sentences in the lines that C4 would keep (C4: at least 5).';
COMMENT ON COLUMN article_quality.javascript_lines IS 'Lines that name javascript (C4 drops them).';
COMMENT ON COLUMN article_quality.policy_lines IS 'Lines that speak of terms of use, privacy or cookies (C4''s code drops them).';
COMMENT ON COLUMN article_quality.curly_brackets IS 'Curly brackets (C4 drops a page with one).';
COMMENT ON COLUMN article_quality.lorem_ipsum IS 'True where it says lorem ipsum (C4 drops the page).';
COMMENT ON COLUMN article_quality.duplicate_lines IS 'Share of lines that stood there before (Gopher: at most 0.3).';
COMMENT ON COLUMN article_quality.duplicate_line_characters IS 'Share of the lines'' characters in such lines (Gopher: at most 0.2; FineWeb: less than 0.1).';
COMMENT ON COLUMN article_quality.duplicate_paragraphs IS 'Share of paragraphs that stood there before (Gopher: at most 0.3).';
COMMENT ON COLUMN article_quality.duplicate_paragraph_characters IS 'Share of characters in such paragraphs (Gopher: at most 0.2).';
COMMENT ON COLUMN article_quality.top_2_gram IS 'Share of characters in the most frequent run of 2 words (Gopher: at most 0.2).';
COMMENT ON COLUMN article_quality.top_3_gram IS 'Share of characters in the most frequent run of 3 words (Gopher: at most 0.18).';
COMMENT ON COLUMN article_quality.top_4_gram IS 'Share of characters in the most frequent run of 4 words (Gopher: at most 0.16).';
COMMENT ON COLUMN article_quality.duplicate_5_grams IS 'Share of characters in runs of 5 words that stood there before, none counted twice (Gopher: at most 0.15).';
COMMENT ON COLUMN article_quality.duplicate_6_grams IS 'Share of characters in runs of 6 words that stood there before, none counted twice (Gopher: at most 0.14).';
COMMENT ON COLUMN article_quality.duplicate_7_grams IS 'Share of characters in runs of 7 words that stood there before, none counted twice (Gopher: at most 0.13).';
COMMENT ON COLUMN article_quality.duplicate_8_grams IS 'Share of characters in runs of 8 words that stood there before, none counted twice (Gopher: at most 0.12).';
COMMENT ON COLUMN article_quality.duplicate_9_grams IS 'Share of characters in runs of 9 words that stood there before, none counted twice (Gopher: at most 0.11).';
COMMENT ON COLUMN article_quality.duplicate_10_grams IS 'Share of characters in runs of 10 words that stood there before, none counted twice (Gopher: at most 0.1).';
COMMENT ON COLUMN article_quality.language_confidence IS '0 to 1: how sure the detector is of the likeliest language; NULL where there is nothing to go by.';
COMMENT ON COLUMN article_quality.mojibake IS 'Places that look like characters read in a wrong character set (ftfy''s badness), and lost characters.';
COMMENT ON COLUMN article_quality.emails IS 'E-mail addresses in the text.';
COMMENT ON COLUMN article_quality.email_paragraphs IS 'Paragraphs that hold one, from 1; the address itself stands in the text alone.';
COMMENT ON COLUMN article_quality.phones IS 'Valid telephone numbers in the text, by the rules of the countries of its language.';
COMMENT ON COLUMN article_quality.phone_paragraphs IS 'Paragraphs that hold one, from 1.';
COMMENT ON COLUMN article_quality.truncated IS 'True where the text breaks off; as in articles.';
COMMENT ON COLUMN article_quality.paywalled IS 'True where the page says that its text is for subscribers; see field access in field_candidates.';
COMMENT ON COLUMN article_quality.definition IS 'Version of these definitions; rows of another one are made anew at the next publication.';
