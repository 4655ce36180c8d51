/** A command line that asks for nothing that can be done; the program then exits with 2 and shows the command's usage. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
