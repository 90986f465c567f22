"""Rebuilds, measures and exports every component of the agent."""
