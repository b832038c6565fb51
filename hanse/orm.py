"""Where Tortoise's own command line finds its configuration: `tortoise -c hanse.orm.TORTOISE makemigrations`."""

from domain.shared.database import tortoise_config
from domain.shared.settings import Settings

TORTOISE = tortoise_config(Settings())
