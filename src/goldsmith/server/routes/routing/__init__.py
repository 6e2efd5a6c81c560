"""Routes of routing: who may work on what, why tasks wait, and models that answer."""

from __future__ import annotations

from goldsmith.server.routes.routing import accepting, models, settings
from goldsmith.server.routes.routing.predicting import registering, suggesting, teaching

ROUTES = [*settings.ROUTES, *models.ROUTES, *accepting.ROUTES, *registering.ROUTES,
          *suggesting.ROUTES, *teaching.ROUTES]
