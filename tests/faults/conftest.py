from tests.backstage import backstage, empty_database, own_database, own_valkey

__all__ = ["backstage", "empty_database", "own_database", "own_valkey"]
