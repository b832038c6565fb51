from tortoise import migrations
from tortoise.migrations import operations as ops
from orjson import loads
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from uuid import uuid4
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint

# What the shop has already, in the new tables. Of the settings, which a migration cannot ask, `hanse.migrate` tells the
# shop's own language; a text in it is the source of the others. Currencies and languages of the channels are filled in
# afterwards (ensure_channels).
MOVED = [
    """INSERT INTO channel (id, name, title, currencies, languages, countries, is_open, position, version, created_at)
       SELECT gen_random_uuid(), c.name, initcap(c.name), '[]', '[]', '[]', TRUE,
              row_number() OVER (ORDER BY c.name <> 'main', c.name) - 1, 1, now()
       FROM (SELECT channel AS name FROM orders UNION SELECT channel FROM cart
             UNION SELECT channel FROM role_grant WHERE channel IS NOT NULL
             UNION SELECT channel FROM application WHERE channel IS NOT NULL
             UNION SELECT 'main' WHERE EXISTS (SELECT FROM product)) c""",
    "UPDATE product SET updated_at = created_at",
    """INSERT INTO publication (id, product_id, channel, status)
       SELECT gen_random_uuid(), p.id, c.name, CASE p.status WHEN 'live' THEN 'live' ELSE 'archived' END
       FROM product p CROSS JOIN channel c""",
    """INSERT INTO catalog_text (id, owner_kind, owner_id, field, language, value, updated_at)
       SELECT gen_random_uuid(), 'category', category_id, 'name', language, name, now() FROM category_translation""",
    """INSERT INTO catalog_text (id, owner_kind, owner_id, field, language, value, updated_at)
       SELECT gen_random_uuid(), 'product', t.product_id, f.field, t.language, f.value, now()
       FROM product_translation t
       CROSS JOIN LATERAL (VALUES ('name', t.name), ('description', t.description)) AS f(field, value)
       WHERE f.value <> ''""",
    """UPDATE catalog_text t SET source_digest = md5(s.value)
       FROM catalog_text s, coalesce(nullif(current_setting('hanse.default_language', TRUE), ''), 'en') AS own
       WHERE t.language <> own AND s.owner_id = t.owner_id AND s.field = t.field AND s.language = own""",
    """UPDATE product p SET options = o.names
       FROM (SELECT v.product_id, jsonb_agg(DISTINCT k.name) AS names
             FROM variant v CROSS JOIN LATERAL jsonb_object_keys(v.options) AS k(name) GROUP BY 1) o
       WHERE p.id = o.product_id""",
    """INSERT INTO channel_warehouse (id, channel, warehouse_id, position)
       SELECT gen_random_uuid(), c.name, w.id, w.position FROM channel c CROSS JOIN warehouse w""",
    """UPDATE product_listing p
       SET channels = (SELECT coalesce(array_agg(u.channel), '{}') FROM publication u
                       WHERE u.product_id = p.product_id AND u.status = 'live'),
           category_path = (WITH RECURSIVE above AS (
                SELECT c.id, c.parent_id FROM category c WHERE c.id = p.category_id
                UNION ALL SELECT c.id, c.parent_id FROM category c JOIN above a ON c.id = a.parent_id)
              SELECT array_agg(id) FROM above)""",
    """UPDATE product_listing p SET stocked_in = s.channels
       FROM (SELECT v.product_id, array_agg(DISTINCT c.channel::text) AS channels
             FROM variant v JOIN stock_level l ON l.variant_id = v.id
             JOIN channel_warehouse c ON c.warehouse_id = l.warehouse_id
             WHERE l.on_hand > l.reserved GROUP BY 1) s
       WHERE s.product_id = p.product_id""",
]


class Migration(migrations.Migration):
    dependencies = [('hanse', '0002_rules_of_the_database')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Attribute',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('code', fields.CharField(unique=True, max_length=60)),
                ('kind', fields.CharField(max_length=12)),
                ('unit', fields.CharField(null=True, max_length=20)),
                ('refers_to', fields.CharField(null=True, max_length=12)),
                ('is_filterable', fields.BooleanField(default=True)),
                ('version', fields.IntField(default=1)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'attribute', 'app': 'hanse', 'pk_attr': 'id', 'table_description': '`kind`: text, number, boolean, choice, date or reference. `unit` is that of numbers (UCUM, for example kg or cm);'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='AttributeChoice',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('attribute', fields.ForeignKeyField('hanse.Attribute', source_field='attribute_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('code', fields.CharField(max_length=60)),
                ('position', fields.IntField(default=0)),
            ],
            options={'table': 'attribute_choice', 'app': 'hanse', 'unique_together': (('attribute', 'code'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='BulkJob',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('direction', fields.CharField(max_length=6)),
                ('subject', fields.CharField(max_length=12)),
                ('format', fields.CharField(max_length=5)),
                ('layout', fields.CharField(max_length=8)),
                ('on_error', fields.CharField(null=True, max_length=14)),
                ('language', fields.CharField(null=True, max_length=20)),
                ('requested_by', fields.UUIDField()),
                ('supplier_id', fields.UUIDField(null=True)),
                ('options', fields.JSONField(db_default='{}', encoder=JSON_DUMPS, decoder=loads)),
                ('state', fields.CharField(max_length=10)),
                ('file_path', fields.CharField(null=True, max_length=200)),
                ('errors_path', fields.CharField(null=True, max_length=200)),
                ('sha256', fields.CharField(null=True, max_length=64)),
                ('rows_total', fields.BigIntField(null=True)),
                ('rows_done', fields.BigIntField(default=0)),
                ('rows_changed', fields.BigIntField(default=0)),
                ('rows_failed', fields.BigIntField(default=0)),
                ('next_row', fields.BigIntField(default=0)),
                ('error', fields.TextField(null=True, unique=False)),
                ('version', fields.IntField(default=1)),
                ('requested_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('finished_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'bulk_job', 'app': 'hanse', 'indexes': [Index(fields=['requested_by', 'requested_at', 'id']), Index(fields=['requested_at', 'id'])], 'pk_attr': 'id', 'table_description': '`direction`: import or export. `subject`: products, prices, stock or translations. `format`: csv, jsonl or xlsx.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='BulkRowError',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('job', fields.ForeignKeyField('hanse.BulkJob', source_field='job_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('line', fields.BigIntField()),
                ('number', fields.IntField()),
                ('column_name', fields.TextField(unique=False)),
                ('rule', fields.TextField(unique=False)),
                ('message', fields.TextField(unique=False)),
                ('value', fields.TextField(unique=False)),
            ],
            options={'table': 'bulk_row_error', 'app': 'hanse', 'indexes': [Index(fields=['job_id', 'line', 'number'])], 'pk_attr': 'id', 'table_description': 'Something wrong with a row, kept until it becomes a line of the file of row errors. `number` is its place there.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='CatalogText',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('owner_kind', fields.CharField(max_length=14)),
                ('owner_id', fields.UUIDField()),
                ('field', fields.CharField(max_length=80)),
                ('language', fields.CharField(max_length=20)),
                ('value', fields.TextField(unique=False)),
                ('source_digest', fields.CharField(null=True, max_length=32)),
                ('updated_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'catalog_text', 'app': 'hanse', 'unique_together': (('owner_id', 'field', 'language'),), 'pk_attr': 'id', 'table_description': 'One field of one thing in one language, for example the `name` of a product in `zh-Hans`.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Channel',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('name', fields.CharField(unique=True, max_length=60)),
                ('title', fields.CharField(max_length=120)),
                ('currencies', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ('languages', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ('countries', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ('is_open', fields.BooleanField(default=True)),
                ('position', fields.IntField(default=0)),
                ('version', fields.IntField(default=1)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'channel', 'app': 'hanse', 'pk_attr': 'id', 'table_description': 'Others refer to it by `name`, which never changes. The first of `currencies` and of `languages` is used where a'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ChannelWarehouse',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('channel', fields.CharField(max_length=60)),
                ('warehouse', fields.ForeignKeyField('hanse.Warehouse', source_field='warehouse_id', db_index=True, db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('position', fields.IntField(default=0)),
            ],
            options={'table': 'channel_warehouse', 'app': 'hanse', 'unique_together': (('channel', 'warehouse'),), 'pk_attr': 'id', 'table_description': 'That a channel sells what lies in a warehouse; lower `position` is asked first.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='FormerSlug',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('owner_kind', fields.CharField(max_length=10)),
                ('owner_id', fields.UUIDField(db_index=True)),
                ('slug', fields.CharField(max_length=200)),
                ('until', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'former_slug', 'app': 'hanse', 'unique_together': (('owner_kind', 'slug'),), 'pk_attr': 'id', 'table_description': 'Where a product or category (`owner_kind`) was found before: links to it go on working.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Media',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('product', fields.ForeignKeyField('hanse.Product', source_field='product_id', db_index=True, db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('position', fields.IntField(default=0)),
                ('state', fields.CharField(max_length=8)),
                ('source_url', fields.TextField(null=True, unique=False)),
                ('sha256', fields.CharField(null=True, max_length=64)),
                ('media_type', fields.CharField(null=True, max_length=40)),
                ('width', fields.IntField(null=True)),
                ('height', fields.IntField(null=True)),
                ('files', fields.JSONField(db_default='[]', encoder=JSON_DUMPS, decoder=loads)),
                ('error', fields.CharField(null=True, max_length=200)),
                ('version', fields.IntField(db_default=1)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'media', 'app': 'hanse', 'pk_attr': 'id', 'table_description': 'State: waiting (to be fetched or made small), ready, failed. Its files lie under `media/<id>/`.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ProductType',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('code', fields.CharField(unique=True, max_length=60)),
                ('version', fields.IntField(default=1)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'product_type', 'app': 'hanse', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Publication',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('product', fields.ForeignKeyField('hanse.Product', source_field='product_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('channel', fields.CharField(max_length=60)),
                ('status', fields.CharField(max_length=10)),
                ('live_from', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'publication', 'app': 'hanse', 'unique_together': (('product', 'channel'),), 'pk_attr': 'id', 'table_description': 'What becomes of a product in one channel: draft, scheduled (live from `live_from` on), live or archived.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Review',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('product', fields.ForeignKeyField('hanse.Product', source_field='product_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('author', fields.ForeignKeyField('hanse.User', source_field='author_id', db_index=True, db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('rating', fields.IntField()),
                ('title', fields.CharField(max_length=150)),
                ('body', fields.TextField(unique=False)),
                ('author_name', fields.CharField(max_length=60)),
                ('language', fields.CharField(max_length=20)),
                ('state', fields.CharField(default='pending', max_length=10)),
                ('note', fields.CharField(null=True, max_length=300)),
                ('version', fields.IntField(default=1)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'review', 'app': 'hanse', 'unique_together': (('author', 'product'),), 'indexes': [Index(fields=['product_id', 'state', 'created_at', 'id']), Index(fields=['state', 'created_at', 'id'])], 'pk_attr': 'id', 'table_description': 'One a buyer and product. State: pending, published or rejected. `rating` is 1 to 5.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='StockTransfer',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('source', fields.ForeignKeyField('hanse.Warehouse', source_field='source_id', db_constraint=True, to_field='id', related_name='transfers_out', on_delete=OnDelete.RESTRICT)),
                ('destination', fields.ForeignKeyField('hanse.Warehouse', source_field='destination_id', db_constraint=True, to_field='id', related_name='transfers_in', on_delete=OnDelete.RESTRICT)),
                ('state', fields.CharField(max_length=10)),
                ('version', fields.IntField(default=1)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'stock_transfer', 'app': 'hanse', 'pk_attr': 'id', 'table_description': 'State: sent, received or cancelled.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='StockTransferLine',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('transfer', fields.ForeignKeyField('hanse.StockTransfer', source_field='transfer_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('variant', fields.ForeignKeyField('hanse.Variant', source_field='variant_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('quantity', fields.BigIntField()),
                ('received', fields.BigIntField(default=0)),
            ],
            options={'table': 'stock_transfer_line', 'app': 'hanse', 'unique_together': (('transfer', 'variant'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='TypeAttribute',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('product_type', fields.ForeignKeyField('hanse.ProductType', source_field='product_type_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('attribute', fields.ForeignKeyField('hanse.Attribute', source_field='attribute_id', db_index=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('is_required', fields.BooleanField(default=False)),
                ('position', fields.IntField(default=0)),
            ],
            options={'table': 'type_attribute', 'app': 'hanse', 'unique_together': (('product_type', 'attribute'),), 'pk_attr': 'id', 'table_description': 'That products of a type have an attribute.'},
            bases=['Model'],
        ),
        ops.AlterModelOptions(
            name='Cart',
            options={'table': 'cart', 'app': 'hanse', 'pk_attr': 'id', 'table_description': 'State: open or ordered. Until `reserved_until` its lines are reserved, because the buyer is at the checkout.'},
        ),
        ops.AlterModelOptions(
            name='Price',
            options={'table': 'price', 'app': 'hanse', 'unique_together': (('variant', 'currency'),), 'pk_attr': 'id', 'table_description': 'The list price of a variant in one currency, in minor units.'},
        ),
        ops.AlterModelOptions(
            name='Product',
            options={'table': 'product', 'app': 'hanse', 'unique_together': (('supplier', 'external_id'),), 'pk_attr': 'id', 'table_description': '`attributes` maps an attribute\'s code to its value, but for texts: true, "2026-01-31", "1.25", a choice\'s code, a'},
        ),
        ops.AlterModelOptions(
            name='ProductListing',
            options={'table': 'product_listing', 'app': 'hanse', 'pk_attr': 'product_id', 'table_description': 'The read model: one row per product, with all that a list shows, filters and sorts by.'},
        ),
        ops.AlterModelOptions(
            name='Reservation',
            options={'table': 'reservation', 'app': 'hanse', 'pk_attr': 'id', 'table_description': 'A claim of `owner_id` (an order, or until `expires_at` a cart) on goods in one warehouse.'},
        ),
        ops.AlterModelOptions(
            name='StockLevel',
            options={'table': 'stock_level', 'app': 'hanse', 'unique_together': (('variant', 'warehouse'),), 'pk_attr': 'id', 'table_description': 'Available = `on_hand` - `reserved` - `safety` + `backorder_limit`, and never below zero.'},
        ),
        ops.AlterModelOptions(
            name='StockMovement',
            options={'table': 'stock_movement', 'app': 'hanse', 'pk_attr': 'id', 'table_description': 'The movements of a level sum to it, always.'},
        ),
        ops.AlterField(
            model_name='Product',
            name='external_id',
            field=fields.CharField(null=True, max_length=120),
        ),
        ops.AlterField(
            model_name='Product',
            name='supplier',
            field=fields.ForeignKeyField('hanse.Supplier', source_field='supplier_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT),
        ),
        ops.AlterField(
            model_name='StockLevel',
            name='warehouse',
            field=fields.ForeignKeyField('hanse.Warehouse', source_field='warehouse_id', db_index=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(
            model_name='Cart',
            name='reserved_until',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Category',
            name='version',
            field=fields.IntField(db_default=1),
        ),
        ops.AddField(
            model_name='Price',
            name='compare_at_minor',
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name='Product',
            name='approval',
            field=fields.CharField(db_default='approved', max_length=10),
        ),
        ops.AddField(
            model_name='Product',
            name='approval_note',
            field=fields.TextField(null=True, unique=False),
        ),
        ops.AddField(
            model_name='Product',
            name='attributes',
            field=fields.JSONField(db_default='{}', encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Product',
            name='options',
            field=fields.JSONField(db_default='[]', encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Product',
            name='product_type',
            field=fields.ForeignKeyField('hanse.ProductType', source_field='product_type_id', null=True, db_index=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(
            model_name='Product',
            name='tags',
            field=fields.JSONField(db_default='[]', encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Product',
            name='updated_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Product',
            name='version',
            field=fields.IntField(db_default=1),
        ),
        ops.AddField(
            model_name='ProductListing',
            name='category_path',
            field=ArrayField(db_default=[], element_type='UUID'),
        ),
        ops.AddField(
            model_name='ProductListing',
            name='channels',
            field=ArrayField(db_default=[], element_type='TEXT'),
        ),
        ops.AddField(
            model_name='ProductListing',
            name='media_id',
            field=fields.UUIDField(null=True),
        ),
        ops.AddField(
            model_name='ProductListing',
            name='rating',
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name='ProductListing',
            name='rating_count',
            field=fields.IntField(db_default=0),
        ),
        ops.AddField(
            model_name='ProductListing',
            name='stocked_in',
            field=ArrayField(db_default=[], element_type='TEXT'),
        ),
        ops.AddField(
            model_name='Reservation',
            name='expires_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='StockLevel',
            name='backorder_limit',
            field=fields.BigIntField(db_default=0),
        ),
        ops.AddField(
            model_name='StockLevel',
            name='incoming',
            field=fields.BigIntField(db_default=0),
        ),
        ops.AddField(
            model_name='StockLevel',
            name='low_at',
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name='StockLevel',
            name='safety',
            field=fields.BigIntField(db_default=0),
        ),
        ops.AddField(
            model_name='StockLevel',
            name='version',
            field=fields.IntField(db_default=1),
        ),
        ops.AddField(
            model_name='StockMovement',
            name='incoming_delta',
            field=fields.BigIntField(db_default=0),
        ),
        ops.AddField(
            model_name='StockMovement',
            name='reason',
            field=fields.CharField(null=True, max_length=200),
        ),
        ops.AddField(
            model_name='Variant',
            name='barcode',
            field=fields.CharField(null=True, max_length=60),
        ),
        ops.AddField(
            model_name='Variant',
            name='media',
            field=fields.ForeignKeyField('hanse.Media', source_field='media_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.SET_NULL),
        ),
        ops.AddField(
            model_name='Variant',
            name='weight_grams',
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name='Warehouse',
            name='version',
            field=fields.IntField(db_default=1),
        ),
        ops.AddConstraint(
            model_name='Product',
            constraint=UniqueConstraint(fields=('supplier', 'external_id'), name=None),
        ),
        ops.RunSQL(MOVED, reverse_sql=ops.RunSQL.noop),
        ops.AlterField(
            model_name='Product',
            name='updated_at',
            field=fields.DatetimeField(auto_now=False, auto_now_add=False),
        ),
        ops.RemoveField(model_name='Product', name='status'),
        ops.DeleteModel(name='CategoryTranslation'),
        ops.DeleteModel(name='ProductTranslation'),
    ]
