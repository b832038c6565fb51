"""Why a row was not loaded."""

from enum import StrEnum


class Reason(StrEnum):
    WRONG_FIELD_COUNT = "wrong_field_count"
    BAD_INVOICE = "bad_invoice"
    BAD_STOCK_CODE = "bad_stock_code"
    BAD_QUANTITY = "bad_quantity"
    BAD_DATE = "bad_date"
    BAD_PRICE = "bad_price"
    BAD_CUSTOMER = "bad_customer"
    NOT_A_PRODUCT = "not_a_product"
    NEGATIVE_PRICE = "negative_price"
    ZERO_QUANTITY = "zero_quantity"
    STOCK_ADJUSTMENT = "stock_adjustment"
    ZERO_PRICE = "zero_price"
    NO_DESCRIPTION = "no_description"
    POSITIVE_CANCELLATION = "positive_cancellation"
    OTHER_CUSTOMER = "other_customer"
    CHANGED_INVOICE = "changed_invoice"
    RETURN_BY_GUEST = "return_by_guest"
    RETURN_WITHOUT_PURCHASE = "return_without_purchase"
    RETURN_EXCEEDS_PURCHASE = "return_exceeds_purchase"


UNREADABLE = frozenset(
    {
        Reason.WRONG_FIELD_COUNT,
        Reason.BAD_INVOICE,
        Reason.BAD_STOCK_CODE,
        Reason.BAD_QUANTITY,
        Reason.BAD_DATE,
        Reason.BAD_PRICE,
        Reason.BAD_CUSTOMER,
    }
)
"""A file with many of these is not what it claims to be."""

EXPLANATIONS = {
    Reason.WRONG_FIELD_COUNT: "the row has more or fewer fields than the header",
    Reason.BAD_INVOICE: "the invoice number is missing or not letters and digits",
    Reason.BAD_STOCK_CODE: "the stock code is missing or not letters and digits",
    Reason.BAD_QUANTITY: "the quantity is not a whole number of at most 7 digits",
    Reason.BAD_DATE: "the date cannot be read, or lies before 1990 or in the future",
    Reason.BAD_PRICE: "the price is not a decimal number below 10 million",
    Reason.BAD_CUSTOMER: "the customer id is not a number",
    Reason.NOT_A_PRODUCT: "postage, fees, discounts, vouchers, samples and corrections are no products",
    Reason.NEGATIVE_PRICE: "the price is below zero",
    Reason.ZERO_QUANTITY: "the quantity is zero",
    Reason.STOCK_ADJUSTMENT: "goods written off: quantity below zero and no price",
    Reason.ZERO_PRICE: "the price is zero, or rounds to zero pence",
    Reason.NO_DESCRIPTION: "no row names this product",
    Reason.POSITIVE_CANCELLATION: "a cancellation (C…) with a quantity above zero",
    Reason.OTHER_CUSTOMER: "the invoice began with another customer",
    Reason.CHANGED_INVOICE: "the invoice was loaded earlier with other lines; it stays as it was",
    Reason.RETURN_BY_GUEST: "a return without a customer id cannot be matched to a purchase",
    Reason.RETURN_WITHOUT_PURCHASE: "the customer has no earlier purchase of this product left to return",
    Reason.RETURN_EXCEEDS_PURCHASE: "more was returned than the customer had bought before; the rest is not loaded",
}
