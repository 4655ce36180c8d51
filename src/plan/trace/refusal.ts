/** A network that cannot be made a plan. Whoever asked runs it on TensorFlow.js instead. */
export class PlanRefusal extends Error {
  override readonly name = 'PlanRefusal';
}
