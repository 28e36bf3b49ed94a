"""A demo: three real units with invented people, proposals, votes and works, made by real actions.

Everything here is invented save places and the figures that name their source, and the pages say
so. The story is a list of happenings with their moments; whatever lies after the demo's day has
not happened yet. Uses every room.
"""
