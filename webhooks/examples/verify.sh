#!/usr/bin/env bash
# verify.sh HEADERS BODY: files with lines `name: value` and with the exact bytes of the body
set -euo pipefail
header() { sed -n "s/^$1: *//Ip" "$headers" | tr -d '\r'; }
headers=$1 body=$2
id=$(header webhook-id) time=$(header webhook-timestamp) given=$(header webhook-signature)

[[ $time =~ ^[0-9]{1,12}$ ]] || { echo "no timestamp"; exit 1; }
age=$(($(date +%s) - time))
((age <= 300 && age >= -300)) || { echo "the timestamp is $age s old"; exit 1; }

secret=${REELGATE_WEBHOOK_SECRET#whsec_}
while ((${#secret} % 4)); do secret+="="; done # the padding may have been left out
key=$(printf %s "$secret" | base64 -d | od -An -vtx1 | tr -d ' \n')
due=$({ printf '%s.%s.' "$id" "$time"; cat "$body"; } |
    openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64 | tr -d =)
for signature in $given; do
    if [[ ${signature%%=*} == "v1,$due" ]]; then echo verified; exit 0; fi
done
echo "no signature matches"
exit 1
