# Functions for the examples of the README. In a shell, in the folder of this repository: . docs/try.sh

[ -n "$HANSE_PORT" ] || HANSE_PORT=$(sed -n 's/^HANSE_PORT=//p' .env 2> /dev/null)
HANSE=${HANSE:-http://127.0.0.1:${HANSE_PORT:-8000}}
AUTH=

# log_in ROLE: be the sample log-in of that role from now on
log_in() {
    AUTH=
    password=$(grep -A1 "\"$1@example.com\"" "${HANSE_DATA_DIR:-.data}/demo-logins.json" | sed -n 's/.*"password": "\(.*\)".*/\1/p')
    AUTH="Bearer $(tell 'mutation ($input: LogInInput!) { logIn(input: $input) { ... on Tokens { accessToken } } }' \
        "{\"email\": \"$1@example.com\", \"password\": \"$password\"}" | sed -n 's/.*"accessToken":"\([^"]*\)".*/\1/p')"
    [ "$AUTH" != "Bearer " ] || echo "nobody is logged in: is the shop open at $HANSE, and is $1 a role?" >&2
}

# ask QUERY
ask() {
    curl -s -G "$HANSE/graphql" -H "authorization: $AUTH" --data-urlencode "query=$1"
}

# tell MUTATION INPUT: the mutation without quotes, its input as JSON
tell() {
    curl -s -w '\n' "$HANSE/graphql" -H "authorization: $AUTH" -H 'content-type: application/json' \
        -d "{\"query\": \"$1\", \"variables\": {\"input\": $2}}"
}

# follow SUBSCRIPTION [LAST-ID]: five seconds of server-sent events, from behind LAST-ID or from now on
follow() {
    curl -sN -m 5 -G "$HANSE/graphql" -H "authorization: $AUTH" -H 'accept: text/event-stream' \
        -H "last-event-id: $2" --data-urlencode "query=$1"
}

# fetch PATH: save a file under its own name
fetch() {
    curl -s -O -H "authorization: $AUTH" "$HANSE$1"
}

# mail_to ADDRESS: the newest mail to it, where mails are files (no HANSE_MAIL_URL)
mail_to() {
    python3 -c 'import email, email.policy, pathlib, sys
for file in sorted(pathlib.Path(sys.argv[1], "mail").glob("*.eml"), reverse=True):
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    if mail["To"] == sys.argv[2]:
        sys.exit(print(mail["Subject"], mail.get_content().replace("\r", ""), sep="\n\n"))' "${HANSE_DATA_DIR:-.data}" "$1"
}
