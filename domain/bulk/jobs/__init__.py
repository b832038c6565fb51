"""Imports and exports that a worker carries out: asked for, looked at, cancelled, forgotten."""
