"""The operations that are measured, as a shop's front end sends them."""

PRODUCT_LIST = """query ProductList($first: Int!) {
  products(first: $first, sort: BEST_SELLING) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id slug name priceFrom { amount currency }
      variants { id sku options { name value } price { amount currency } available }
    }
  }
}"""

PRODUCT_PAGE = """query ProductPage($slug: String!) {
  product(slug: $slug) {
    id slug name description category { slug name } priceFrom { amount currency }
    variants { id sku options { name value } price { amount currency } available }
  }
}"""

CREATE_CART = """mutation CreateCart($input: CreateCartInput!) {
  createCart(input: $input) { __typename ... on Cart { id version } }
}"""

ADD_LINE = """mutation AddLine($input: CartLineInput!) {
  addCartLine(input: $input) {
    __typename
    ... on Cart { id version lines { variantId name quantity total { amount } } total { amount currency } }
  }
}"""

PLACE_ORDER = """mutation PlaceOrder($input: PlaceOrderInput!) {
  placeOrder(input: $input) { __typename ... on Order { id number state total { amount currency } } }
}"""

ORDER_LIST = """query OrderList($first: Int!) {
  orders(first: $first) {
    pageInfo { hasNextPage endCursor }
    nodes { id number state nextEvents total { amount } lines { sku name quantity } payment { state } shipment { id } }
  }
}"""

ADDRESS = {"name": "Ada Berg", "line1": "Lange Straße 1", "city": "Lübeck", "postcode": "23552", "country": "DE"}
