"""Signals of a project: looked for (`looking`), kept (`keeping`), and judged by people (`deciding`).

Nothing here touches pay, leases, the queue or anybody's access; `deciding` writes the row of the signal and events.
"""
