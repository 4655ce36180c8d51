/** What a data set itself says of the people in it: the groups whose accuracies are compared, and whose images belong together. */
import type { GroupOf, PersonOf } from './groups.js';
import type { EvaluationSample } from './samples.js';

/** By attribute, the group of an image. */
export function attributeGroups(samples: readonly EvaluationSample[]): Readonly<Record<string, GroupOf>> {
  const known = new Map(samples.map(({ name, attributes }) => [name, new Map(Object.entries(attributes ?? {}))]));
  const names = new Set([...known.values()].flatMap((attributes) => [...attributes.keys()]));
  return Object.fromEntries(
    [...names].map((attribute) => [attribute, (name: string) => known.get(name)?.get(attribute) || null]),
  );
}

/** By the group of a sample; an image without one is a person of its own. */
export function peopleOf(samples: readonly EvaluationSample[]): PersonOf {
  const people = new Map(samples.flatMap(({ name, group }) => (group === null ? [] : [[name, group] as const])));
  return (name) => people.get(name) ?? name;
}
