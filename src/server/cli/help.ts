/** What `phone-widget --help` prints. */
export const generalHelp = `Usage: phone-widget <command> [options]

Commands:
  serve              run the status server
  conformance URL    test a backend that implements the server's protocol

Options:
  --help, -h         show this help, or that of a command
  --version, -v      show the version

Exit codes: 0 success, 1 failure, 2 wrong arguments.`;

/** What `phone-widget serve --help` prints. */
export const serveHelp = `Usage: phone-widget serve (--jwks URL | --dev) [options]

Runs the status server until SIGTERM or SIGINT. A second signal stops it at once.

Who may sign in (--jwks or --dev is required):
  --jwks URL           anyone with a JSON Web Token signed by a key of this key set
  --issuer TEXT        only with tokens from this issuer
  --audience TEXT      only with tokens for this audience
  --dev                anyone, as anyone, to try things out on this machine; prints a page to open
                       and what to paste into one of yours
                       "Authorization: Bearer dev.<base64url of {"account","id","name","roles"}>"

Where it listens and keeps data:
  --port N             default 8090; 0 picks a free port
  --host ADDRESS       default 127.0.0.1
  --db FILE            the SQLite file; default phone-widget.db in the current folder
  --nats URL           a NATS cluster instead of a file, nats://[user:password@]host:4222; repeatable,
                       or separated by commas

Which requests it accepts:
  --origin URL         from pages of this origin; repeatable (--dev adds every page of this machine)
  --allowed-host NAME  only to this host name; repeatable

  --help, -h           show this help

Unless the output is a terminal, each log line is a JSON object.`;

/** What `phone-widget conformance --help` prints. */
export const conformanceHelp = `Usage: phone-widget conformance URL [options]

Tests a backend against the promises of a status store, through httpStore, in new accounts that it
creates. Each request signs in as the agent whose path it requests, with the roles agent, supervisor,
admin and router.

Options:
  --header 'NAME: VALUE'  send this with every request; {account}, {agent} and {roles} (comma-separated)
                          are replaced by those of the request; repeatable
  --dev                   sign in the way "serve --dev" expects; the default without --header
  --help, -h              show this help

The exit code is 1 if a promise fails.`;
