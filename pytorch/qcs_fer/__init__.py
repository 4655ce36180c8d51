"""Full-scale training of QCS facial expression networks, under the parameter names of the published checkpoints."""
