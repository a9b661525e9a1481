-- What the search for near-duplicates remembers between runs, in the writer's file only: each text is compared once.

CREATE TABLE duplicate_scheme (scheme VARCHAR NOT NULL);
COMMENT ON TABLE duplicate_scheme IS 'One row: how the bands were computed. Another scheme, and all texts are compared anew.';
COMMENT ON COLUMN duplicate_scheme.scheme IS 'Library and parameters.';

CREATE TABLE article_texts (
    article_id VARCHAR NOT NULL,
    text_key VARCHAR NOT NULL
);
COMMENT ON TABLE article_texts IS 'The text of every article, as a key that exact copies share.';
COMMENT ON COLUMN article_texts.article_id IS 'Article; see articles.';
COMMENT ON COLUMN article_texts.text_key IS 'Hash of its words in lower case.';

CREATE TABLE text_signatures (
    text_key VARCHAR NOT NULL,
    compared BOOLEAN NOT NULL,
    band_01 UINTEGER NOT NULL,
    band_02 UINTEGER NOT NULL,
    band_03 UINTEGER NOT NULL,
    band_04 UINTEGER NOT NULL,
    band_05 UINTEGER NOT NULL,
    band_06 UINTEGER NOT NULL,
    band_07 UINTEGER NOT NULL,
    band_08 UINTEGER NOT NULL,
    band_09 UINTEGER NOT NULL,
    band_10 UINTEGER NOT NULL,
    band_11 UINTEGER NOT NULL,
    band_12 UINTEGER NOT NULL,
    band_13 UINTEGER NOT NULL,
    band_14 UINTEGER NOT NULL,
    band_15 UINTEGER NOT NULL,
    band_16 UINTEGER NOT NULL,
    band_17 UINTEGER NOT NULL,
    band_18 UINTEGER NOT NULL,
    band_19 UINTEGER NOT NULL,
    band_20 UINTEGER NOT NULL
);
COMMENT ON TABLE text_signatures IS 'MinHash bands of every text: two texts that share one are compared.';
COMMENT ON COLUMN text_signatures.text_key IS 'Text; see article_texts.';
COMMENT ON COLUMN text_signatures.compared IS 'True once it was compared with all others.';
COMMENT ON COLUMN text_signatures.band_01 IS 'Six rows of the signature, hashed.';
COMMENT ON COLUMN text_signatures.band_02 IS 'Likewise.';
COMMENT ON COLUMN text_signatures.band_03 IS 'Likewise.';
COMMENT ON COLUMN text_signatures.band_04 IS 'Likewise.';
COMMENT ON COLUMN text_signatures.band_05 IS 'Likewise.';
COMMENT ON COLUMN text_signatures.band_06 IS 'Likewise.';
COMMENT ON COLUMN text_signatures.band_07 IS 'Likewise.';
COMMENT ON COLUMN text_signatures.band_08 IS 'Likewise.';
COMMENT ON COLUMN text_signatures.band_09 IS 'Likewise.';
COMMENT ON COLUMN text_signatures.band_10 IS 'Likewise.';
COMMENT ON COLUMN text_signatures.band_11 IS 'Likewise.';
COMMENT ON COLUMN text_signatures.band_12 IS 'Likewise.';
COMMENT ON COLUMN text_signatures.band_13 IS 'Likewise.';
COMMENT ON COLUMN text_signatures.band_14 IS 'Likewise.';
COMMENT ON COLUMN text_signatures.band_15 IS 'Likewise.';
COMMENT ON COLUMN text_signatures.band_16 IS 'Likewise.';
COMMENT ON COLUMN text_signatures.band_17 IS 'Likewise.';
COMMENT ON COLUMN text_signatures.band_18 IS 'Likewise.';
COMMENT ON COLUMN text_signatures.band_19 IS 'Likewise.';
COMMENT ON COLUMN text_signatures.band_20 IS 'Likewise.';

CREATE TABLE text_pairs (
    text_a VARCHAR NOT NULL,
    text_b VARCHAR NOT NULL,
    similarity DOUBLE NOT NULL,
    overlap DOUBLE NOT NULL
);
COMMENT ON TABLE text_pairs IS 'Pairs of texts that were found to be near-duplicates.';
COMMENT ON COLUMN text_pairs.text_a IS 'Text with the lesser key; see article_texts.';
COMMENT ON COLUMN text_pairs.text_b IS 'The other.';
COMMENT ON COLUMN text_pairs.similarity IS 'Three-word runs in common, of all that either has (Jaccard).';
COMMENT ON COLUMN text_pairs.overlap IS 'Three-word runs in common, of those of the shorter text.';

CREATE TABLE version_pairs (
    text_a VARCHAR NOT NULL,
    text_b VARCHAR NOT NULL,
    similarity DOUBLE NOT NULL,
    overlap DOUBLE NOT NULL
);
COMMENT ON TABLE version_pairs IS 'Pairs of texts on two versions of a page, near or not: each is compared once.';
COMMENT ON COLUMN version_pairs.text_a IS 'Text with the lesser key; see article_texts.';
COMMENT ON COLUMN version_pairs.text_b IS 'The other.';
COMMENT ON COLUMN version_pairs.similarity IS 'Three-word runs in common, of all that either has (Jaccard).';
COMMENT ON COLUMN version_pairs.overlap IS 'Three-word runs in common, of those of the shorter text.';
