"""What searching needs: words in every language, what products are counted by, and their indexes.

The configurations take accents off before they stem, so that "cafe" finds "Café". `unaccent` itself is only STABLE, since
it looks its dictionary up; the wrapper names the dictionary. `hanse_tagged` puts a language before each word of a question.
"""

from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import ArrayField, TSVectorField
from tortoise.migrations import operations as ops

STEMMERS = (
    "arabic", "armenian", "basque", "catalan", "danish", "dutch", "english", "finnish", "french", "german", "greek",
    "hindi", "hungarian", "indonesian", "irish", "italian", "lithuanian", "nepali", "norwegian", "portuguese", "romanian",
    "russian", "serbian", "spanish", "swedish", "tamil", "turkish", "yiddish", "simple",
)

_NAMES = ", ".join(f"'{one}'" for one in STEMMERS)

FORWARD = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE EXTENSION IF NOT EXISTS unaccent",
    f"""DO $$
       DECLARE stemmer text;
       BEGIN
         FOREACH stemmer IN ARRAY ARRAY[{_NAMES}] LOOP
           IF NOT EXISTS (SELECT FROM pg_ts_config WHERE cfgname = 'hanse_' || stemmer) THEN
             EXECUTE format('CREATE TEXT SEARCH CONFIGURATION %I (COPY = pg_catalog.%I)', 'hanse_' || stemmer, stemmer);
             EXECUTE format(
               'ALTER TEXT SEARCH CONFIGURATION %I ALTER MAPPING FOR hword, hword_part, word WITH unaccent, %I',
               'hanse_' || stemmer, CASE stemmer WHEN 'simple' THEN 'simple' ELSE stemmer || '_stem' END);
           END IF;
         END LOOP;
       END $$""",
    """CREATE OR REPLACE FUNCTION hanse_unaccent(given text) RETURNS text
       LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT unaccent('unaccent', lower(given)) $$""",
    r"""CREATE OR REPLACE FUNCTION hanse_tagged(asked tsquery, tag text) RETURNS tsquery
       LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
         SELECT CASE WHEN numnode(asked) = 0 THEN asked
                ELSE regexp_replace(asked::text, '''((?:[^'']|'''')+)''', '''' || tag || '\1''', 'g')::tsquery END $$""",
    # A row with its document is three times as wide as without, and only the index reads documents.
    "ALTER TABLE product_listing SET (toast_tuple_target = 1024, fillfactor = 90)",
    "ALTER TABLE product_listing ALTER COLUMN document SET STORAGE EXTERNAL",
    *(
        f"ALTER TABLE product_listing ALTER COLUMN {name} SET STORAGE MAIN"
        for name in ("heading", "facets", "number_ids", "number_values", "names", "prices", "channels", "stocked_in")
    ),
    "CREATE INDEX product_listing_words ON product_listing USING gin (document) WITH (fastupdate = off)",
    "CREATE INDEX search_word_begins ON search_word (language, word text_pattern_ops)",
    "CREATE INDEX search_word_resembles ON search_word USING gin (word gin_trgm_ops)",
    "CREATE INDEX product_listing_facets ON product_listing USING gin (facets) WITH (fastupdate = off)",
    """CREATE INDEX product_listing_rating ON product_listing
         (((coalesce(rating, 0)::bigint * 1000000 + least(rating_count, 999999))) DESC, product_id DESC)""",
    "CREATE INDEX product_listing_not_indexed ON product_listing (product_id) WHERE indexed_at IS NULL",
    "CREATE INDEX variant_barcode ON variant (barcode) WHERE barcode IS NOT NULL",
    "CREATE INDEX search_facet_group ON search_facet (kind, code)",
]


class Migration(migrations.Migration):
    dependencies = [("hanse", "0004_rules_of_the_catalogue")]

    operations = [
        ops.CreateModel(
            name="SearchFacet",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("kind", fields.CharField(max_length=12)),
                ("code", fields.CharField(max_length=150)),
                ("value", fields.CharField(max_length=300)),
                ("group_id", fields.UUIDField(null=True)),
                ("owner_id", fields.UUIDField(null=True)),
                ("group_label", fields.CharField(max_length=150)),
                ("label", fields.CharField(max_length=300)),
            ],
            options={"table": "search_facet", "app": "hanse", "pk_attr": "id", "table_description": "Something that products can be counted by. Its id follows from kind, code and value (`facet_ids.py`)."},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SearchWord",
            fields=[
                ("id", fields.UUIDField(primary_key=True)),
                ("language", fields.CharField(max_length=20)),
                ("word", fields.CharField(max_length=60)),
                ("documents", fields.IntField(default=1)),
            ],
            options={"table": "search_word", "app": "hanse", "unique_together": (("language", "word"),), "pk_attr": "id", "table_description": "A word that products are named by, without accents: what typos are compared with. `documents` is counted nightly."},
            bases=["Model"],
        ),
        ops.AddField(model_name="ProductListing", name="facets", field=ArrayField(element_type="bigint", db_default=[])),
        ops.AddField(model_name="ProductListing", name="number_ids", field=ArrayField(element_type="bigint", db_default=[])),
        ops.AddField(model_name="ProductListing", name="number_values", field=ArrayField(element_type="float8", db_default=[])),
        ops.AddField(model_name="ProductListing", name="heading", field=TSVectorField(stored=False, null=True)),
        ops.AddField(model_name="ProductListing", name="document", field=TSVectorField(stored=False, null=True)),
        ops.AddField(model_name="ProductListing", name="indexed_at", field=fields.DatetimeField(null=True)),
        ops.RunSQL(FORWARD, reverse_sql=ops.RunSQL.noop),
    ]
