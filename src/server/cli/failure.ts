/** Ends the command with one line and an exit code: 1 for what went wrong, 2 for what was asked for in a wrong way. */
export class Failure extends Error {
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** What was asked for in a wrong way. */
export function misuse(message: string): Failure {
  return new Failure(message, 2);
}
