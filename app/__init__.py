"""Asar: participatory budgeting for the rural districts of Kazakhstan."""
