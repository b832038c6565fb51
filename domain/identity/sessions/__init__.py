"""Signing devices in and out, their tokens, and the brakes on trying. It says who asks, and never what they may see."""
