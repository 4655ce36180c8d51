/** Another worker with the script of the worker that calls. Throws where the browser lets none start. */
export function startTwin(name: string): Worker {
  return new Worker(self.location.href, { type: 'module', name });
}
