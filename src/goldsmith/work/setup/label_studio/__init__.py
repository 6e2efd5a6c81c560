"""Label Studio's XML labelling configurations as schemas of ours, with a remark on all that is not taken over as it is.

`convert` is the door. `elements` reads the XML, `labels` the labels and colours in it, `controls` says what becomes of
each tag that asks something, `parts` who is asked when, and what is asked of each object.
"""

from __future__ import annotations

from goldsmith.work.setup.label_studio.conversion import Converted, convert
from goldsmith.work.setup.label_studio.elements import Remark

__all__ = ["Converted", "Remark", "convert"]
