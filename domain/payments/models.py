"""Money moving: the payment of an order, each step with the provider, the risk decision, the signed receipt."""

from tortoise import fields
from tortoise.models import Model


class RiskDecision(Model):
    """Decision: accept, review or reject, with reasons and the inputs that they were drawn from."""

    id = fields.UUIDField(primary_key=True)
    order: fields.OneToOneRelation[Model] = fields.OneToOneField("hanse.Order", on_delete=fields.RESTRICT)
    decision = fields.CharField(max_length=10)
    reasons: list[str] = fields.JSONField()
    inputs: dict[str, object] = fields.JSONField()
    decided_by = fields.UUIDField(null=True)
    decided_at = fields.DatetimeField()

    class Meta:
        table = "risk_decision"


class Payment(Model):
    """State: created, authorised, captured, declined, voided or refunded."""

    id = fields.UUIDField(primary_key=True)
    order: fields.OneToOneRelation[Model] = fields.OneToOneField("hanse.Order", on_delete=fields.RESTRICT)
    provider = fields.CharField(max_length=30)
    state = fields.CharField(max_length=12)
    currency = fields.CharField(max_length=3)
    amount_minor = fields.BigIntField()
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "payment"


class PaymentTransaction(Model):
    """One call to the provider. Kind: authorise, capture, void or refund; state: requested, succeeded or failed."""

    id = fields.UUIDField(primary_key=True)
    payment: fields.ForeignKeyRelation[Payment] = fields.ForeignKeyField("hanse.Payment", on_delete=fields.RESTRICT)
    kind = fields.CharField(max_length=10)
    state = fields.CharField(max_length=10)
    amount_minor = fields.BigIntField()
    provider_reference = fields.CharField(max_length=120, null=True)
    reason = fields.CharField(max_length=120, null=True)
    requested_at = fields.DatetimeField()
    answered_at = fields.DatetimeField(null=True)

    class Meta:
        table = "payment_transaction"
        unique_together = (("payment", "kind"),)


class Receipt(Model):
    """`payload` is the exact text that was signed."""

    id = fields.UUIDField(primary_key=True)
    order: fields.OneToOneRelation[Model] = fields.OneToOneField("hanse.Order", on_delete=fields.RESTRICT)
    payload = fields.TextField()
    signature = fields.CharField(max_length=200)
    kid = fields.CharField(max_length=60)
    signed_at = fields.DatetimeField()

    class Meta:
        table = "receipt"


class SandboxOperation(Model):
    """The sandbox provider's own memory, as a real provider has one: a key answers the same twice."""

    key = fields.CharField(max_length=120, primary_key=True)
    kind = fields.CharField(max_length=10)
    reference = fields.CharField(max_length=60, db_index=True)
    succeeded = fields.BooleanField()
    amount_minor = fields.BigIntField()
    currency = fields.CharField(max_length=3)
    at = fields.DatetimeField()

    class Meta:
        table = "sandbox_operation"
