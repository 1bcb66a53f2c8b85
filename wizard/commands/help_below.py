"""What the help of a command says below its options."""

MORE = {
    "preview": """\
Without files both directories of the profile are asked, reading only, with its
Microsoft sign-in and its stored token; mapping, settings and job are those in
Entra. Files are JSON as Graph and SCIM answer it: a list, an answer, pages, or
one object on each line. Of files, everybody counts as assigned without
--assigned, the bundled mapping holds without --mapping, and the job never ran
without --job. To see how the job stands, look at Provisioning in the Entra
portal: a running one knows whom it made, one that never ran knows nobody.""",
    "status": """\
Exit codes: 0 healthy, 1 something needs attention, 3 nothing is set up, 4 it
could not be looked at. Entra is asked while the Microsoft sign-in is
remembered; what was seen at another time is told with its age, and is no look.

With --format nagios: one line with figures, and 0 OK, 1 WARNING, 2 CRITICAL,
3 UNKNOWN, also for wrong arguments and for whatever goes wrong. With --format
prometheus: metrics for the textfile collector, which reads FILE.prom.""",
    "start": """\
Reads both directories again, and refuses before the first write where more
would happen than the plan says: to whom, and what changed since. What shrank
passes. Then it asks for the code of the plan, which the approved text ends
with, and for the number of each stop; nothing else lets one pass, so it needs
a terminal, and with --json it only tells why it cannot start. The plan binds
this start; afterwards Entra decides.""",
    "drift": """\
Compares mapping, filters, who is in scope, who is assigned, mails and deletion
limit, the tenant URL, the job, and Microsoft's template with what was last set
up through Graph or accepted, reading only. What this program changes itself is
no drift. Microsoft shows no token, so whether Entra still has yours is not
told. --accept shows what differs, and takes it as what is compared with from
then on; it writes nothing in Entra.

Exit codes: 0 nothing differs, or it is accepted, 1 something differs, 4 not all
of it could be looked at, or there is nothing to compare with.""",
    "log": """\
All that Entra keeps (30 days with a premium licence, 7 without), the oldest
first, as it comes; times are UTC. To keep it for longer, in a file to which
each run adds what is new, also after one that was interrupted:

  webex-wizard log --jsonl --since log.jsonl >> log.jsonl

Each line names its `cursor`, which --since takes too. Entra writes entries up
to 10 minutes late: behind a file such a one is found, behind a cursor it is
not. --person is looked for here, in any case of letters, so everything is read.
What went wrong stands on standard error alone.

Exit codes: 0 read to its end, also where no entry is there, 4 nobody could
look, or not to the end.""",
    "report": """\
With --verify it tells instead whether the journal is what was written. Each
line is sealed with a key that is in the keyring alone, and names the seal
before it; the keyring notes the last one. Exit code 0: whole; 1: a line was
altered, moved, removed or cut off; 4: not everything is vouched for, or it
cannot be read.""",
    "practice": """\
Until Ctrl+C they answer on this machine as Microsoft Graph, the Microsoft
sign-in and Webex do; then they forget everything. Standard output has the
variables for the shell that your program runs in. With them it asks the hosts
that it always asks, and is answered here; other hosts are refused. So give it
a shell of its own; webex-wizard itself works there with --practice only. In
one terminal, and then in another:

  webex-wizard practice > practice.env
  . ./practice.env && python your_script.py

A program that can be told addresses may be told these, with the certificate:
https://127.0.0.1:3101/v1.0 is Graph, and https://127.0.0.1:3101 the authority,
with instance discovery switched off. A program that trusts the system's
certificates alone must be told of this one there.

  {"advance": 900} posted to http://127.0.0.1:3100/practice/entra moves the
  clock on, and a DELETE there begins anew.""",
    "completion": """\
bash:        eval "$(webex-wizard completion bash)"             in ~/.bashrc
zsh:         eval "$(webex-wizard completion zsh)"              in ~/.zshrc,
             below compinit
fish:        webex-wizard completion fish | source              in config.fish
PowerShell:  webex-wizard completion powershell | Out-String | Invoke-Expression
             in $PROFILE""",
}
"""By command."""

WITHOUT_PERSON = """\
Where nobody can sign in, --tenant and --application name an application that
reads in the place of a person, and --certificate or --assertion proves it. It
never writes: that is refused here, and nothing below lets it. In Entra
(https://entra.microsoft.com), once:

 1. App registrations > New registration: this organizational directory only,
    no redirect URI. Its Overview has the Application (client) ID.
 2. Certificates & secrets > Certificates > Upload certificate: without the key.
    For --assertion instead: Federated credentials > Add credential.
 3. API permissions > Add a permission > Microsoft Graph > Application
    permissions: Application.Read.All, Synchronization.Read.All,
    ProvisioningLog.Read.All; for preview also User.Read.All and
    GroupMember.Read.All.
 4. API permissions > Grant admin consent. Only a Privileged Role Administrator
    can: Cloud Application Administrators cannot grant these.

The file of --certificate has an RSA key without a passphrase and its
certificate, as PEM, and is its owner's alone (chmod 600). It is read, and never
copied; tokens stay in memory."""
"""What an application is that reads, and how it is made."""

FAULT_PLACES = """\
Places of --fault: authorization, people, identity, tokens, scim, scim-v2,
authority, device, graph, applications, assignments, directory, synchronization,
logs. WHERE:FAULT may be followed by a number, a method, how often, and after
how many, such as scim:429:1:times=2. A fault that is not there is answered with
those that are."""
"""The places of `wizard.practice.faults`, which the help need not load."""
