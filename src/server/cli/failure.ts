/** Ends the command with one line and an exit code: 1 for a failure, 2 for wrong arguments. */
export class Failure extends Error {
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** A failure by wrong arguments. */
export function misuse(message: string): Failure {
  return new Failure(message, 2);
}
