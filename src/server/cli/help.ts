/** What `phone-widget --help` prints. */
export const generalHelp = `Usage: phone-widget <command> [options]

Commands:
  serve              run the status server
  conformance URL    test a backend that speaks the server's protocol

Options:
  --help, -h         this text; after a command, its options
  --version, -v      the version

Exit codes: 0 done, 1 something went wrong, 2 wrong arguments.`;

/** What `phone-widget serve --help` prints. */
export const serveHelp = `Usage: phone-widget serve (--jwks URL | --dev) [options]

Runs the status server until SIGTERM or SIGINT; a second signal ends it at once.

Who may sign in (one of the two is needed):
  --jwks URL           whoever has a JSON Web Token signed by a key of this key set
  --issuer TEXT        and issued by this issuer
  --audience TEXT      and meant for this audience
  --dev                anybody, as anybody, for trying things out on this machine; prints a page to
                       open and what to paste into one of yours
                       "Authorization: Bearer dev.<base64url of {"account","id","name","roles"}>"

Where:
  --port N             8090 without it; 0 takes a free one
  --host ADDRESS       127.0.0.1 without it
  --db FILE            the SQLite file; phone-widget.db in the working folder without it
  --nats URL           a NATS cluster in place of a file, nats://[user:password@]host:4222; repeatable,
                       or separated by commas

Whom it answers:
  --origin URL         pages of this origin; repeatable (with --dev every page of this machine as well)
  --allowed-host NAME  requests to this host name, and no other; repeatable

  --help, -h           this text

The log is one JSON object a line where the output is no terminal.`;

/** What `phone-widget conformance --help` prints. */
export const conformanceHelp = `Usage: phone-widget conformance URL [options]

Tests a backend against the promises of a status store, through httpStore, in accounts of its own
that it makes anew. Each request signs in as the agent whose path it asks for, with the roles agent,
supervisor, admin and router.

Options:
  --header 'NAME: VALUE'  sent with every request; {account}, {agent} and {roles} (separated by commas)
                          stand for what the request is made as; repeatable
  --dev                   sign in as "serve --dev" has it; so it is without --header
  --help, -h              this text

The exit code is 1 where a promise fails.`;
