"""Tokens as their vendors issue them: what they begin with, what they are made of, at least how long they are.

Written from the prefixes that the vendors publish, one a line.
"""

from __future__ import annotations

_MADE = {"W": r"[A-Za-z0-9_\-]", "A": "[A-Za-z0-9]", "H": "[a-f0-9]", "U": "[A-Z0-9]", "D": r"[A-Za-z0-9_\-.]"}
# beginning, made of (a letter above or a class), least length of the rest, vendor
_TABLE = r"""
ya29\.  W  20  Google OAuth
AIza  W  35  Google API key
GOCSPX-  W  20  Google client secret
1//0  W  20  Google refresh token
4/[0P]  W  20  Google authorization code
gh[pousr]_  A  30  GitHub
github_pat_  [A-Za-z0-9_]  30  GitHub
gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat|ffct)-  D  16  GitLab
_gitlab_session=  H  32  GitLab
GR1348941  W  20  GitLab runner
xox[abeoprs](?:\.xox[bp])?-  [A-Za-z0-9\-]  10  Slack
xapp-  [A-Za-z0-9\-]  10  Slack
xwfp-  [A-Za-z0-9\-]  10  Slack
(?:sk|rk|pk)_(?:live|test|prod)_  A  10  Stripe
whsec_  [A-Za-z0-9+/=]  16  Stripe, Svix
npm_  A  30  npm
pypi-  W  30  PyPI
rubygems_  H  40  RubyGems
CLOJARS_  A  50  Clojars
oy2  [a-z0-9]  43  NuGet
sk-  W  20  OpenAI, Anthropic
pplx-  A  40  Perplexity
gsk_  A  40  Groq
r8_  A  30  Replicate
hf_  A  30  Hugging Face
api_org_  A  30  Hugging Face
xai-  A  40  xAI
do[opr]_v1_  H  64  DigitalOcean
hv[sbr]\.  W  20  Vault
[sb]\.  A  24  Vault
[A-Za-z0-9]{14}\.atlasv1\.  W  60  Terraform Cloud
shp(?:at|ca|pa|ss)_  [a-fA-F0-9]  32  Shopify
dckr_(?:pat|oat)_  W  20  Docker
NR(?:AK|JS|II|RA)-  A  20  New Relic
lin_(?:api|oauth)_  A  30  Linear
AGE-SECRET-KEY-1  U  40  age
key-  H  32  Mailgun
glc_  [A-Za-z0-9+/=]  30  Grafana Cloud
glsa_  [A-Za-z0-9_]  32  Grafana
SG\.  D  32  SendGrid
PMAK-  [a-f0-9\-]  40  Postman
ntn_  A  40  Notion
secret_  A  43  Notion
dapi  H  32  Databricks
dp\.(?:pt|st|ct|sa|scim|audit)\.  D  30  Doppler
ATATT3  [A-Za-z0-9_\-=]  40  Atlassian
ATCTT3  [A-Za-z0-9_\-=]  40  Atlassian
ATBB  A  28  Bitbucket
CFPAT-  W  40  Contentful
dt0[a-z]\d{2}\.  D  40  Dynatrace
EZ[AT]K  A  54  EasyPost
FLW(?:PUB|SEC)K(?:_TEST)?-  [A-Za-z0-9\-]  12  Flutterwave
fo1_  W  40  Fly.io
FlyV1 fm\d_  [A-Za-z0-9+/=,_\-]  40  Fly.io
HRKU-  W  36  Heroku
LTAI  A  16  Alibaba
p8e-  A  32  Adobe
pul-  H  40  Pulumi
pscale_(?:tkn|pw|oauth)_  D  32  PlanetScale
rdme_  [a-z0-9]  70  ReadMe
sntr(?:ys|yu)_  [A-Za-z0-9+/=_]  40  Sentry
sgp_  [a-zA-Z0-9_]  40  Sourcegraph
sq0(?:atp|csp|idp)-  W  22  Square
EAAA  W  56  Square
shippo_(?:live|test)_  H  40  Shippo
SK  H  32  Twilio
tfp_  W  40  Typeform
sq[aup]_  H  40  SonarQube
AAAA[A-Za-z0-9_\-]{7}:  W  30  Firebase
xkeysib-  [a-f0-9\-]  64  Brevo
phc_  A  40  PostHog
phx_  A  40  PostHog
figd_  W  40  Figma
pat[A-Za-z0-9]{14}\.  H  64  Airtable
nfp_  A  36  Netlify
vercel_  A  20  Vercel
sbp_  H  40  Supabase
sb_secret_  W  20  Supabase
re_[A-Za-z0-9]{8,}_  A  16  Resend
rnd_  A  28  Render
tskey-  [A-Za-z0-9\-]  16  Tailscale
ops_eyJ  [A-Za-z0-9+/=]  40  1Password
A3-[A-Z0-9]{6}-  [A-Z0-9\-]  20  1Password
AKCp  A  60  Artifactory
cmVmd  A  50  Artifactory
bkua_  H  40  Buildkite
CCIPAT_  [A-Za-z0-9_]  30  CircleCI
t1\.[A-Z0-9a-z_\-]+={0,2}\.  W  60  Yandex
y[03]_  W  35  Yandex
AQVN  W  35  Yandex
lsv2_(?:pt|sk)_  [a-f0-9_]  32  LangSmith
[sp]k\.eyJ  D  30  Mapbox
v1\.0-[a-f0-9]{24}-  H  100  Cloudflare
duffel_(?:test|live)_  W  40  Duffel
hc[abi]k_  A  30  Honeycomb
xprv  A  100  wallets
nvapi-  W  40  NVIDIA
ddp_  A  30  Deno Deploy
eyJrIjoi  [A-Za-z0-9+/=]  50  Grafana
sl\.  W  60  Dropbox
EAA[A-Z]  A  60  Facebook
amzn1\.oa2-cs\.v1\.  H  32  Login with Amazon
access_token\$(?:production|sandbox)\$  [a-z0-9$]  32  Braintree
tvly-  W  20  Tavily
jina_  A  40  Jina
pcsk_  [A-Za-z0-9_]  40  Pinecone
rzp_(?:live|test)_  A  14  Razorpay
napi_  [a-z0-9]  40  Neon
xau_  A  40  Xata
mlsn\.  H  40  MailerSend
pnu_  A  30  Prefect
BBDC-  [A-Za-z0-9+/=]  40  Bitbucket Data Center
API-  U  25  Octopus Deploy
access-(?:sandbox|production)-  [a-f0-9\-]  36  Plaid
(?:sdk|mob)-[a-f0-9]{8}-  [a-f0-9\-]  27  LaunchDarkly
sha256~  W  43  OpenShift
rpa_  U  32  RunPod
e2b_  H  40  E2B
fw_  A  20  Fireworks
AKID  A  32  Tencent Cloud
dnkey-  [A-Za-z0-9\-]  40  Defined Networking
ABSK  [A-Za-z0-9+/=]  80  Amazon Bedrock
(?:IQoJb3Jp|FwoGZXIv)  [A-Za-z0-9+/=]  60  AWS session
c[ks]_  H  40  WooCommerce
SWMTKN-1-  [a-z0-9\-]  40  Docker Swarm
K10[a-f0-9]{64}::\w+:  A  8  k3s
akab-[a-z0-9]{16}-  [a-z0-9]  16  Akamai
pat-(?:na|eu|ap)\d-  [a-f0-9\-]  36  HubSpot
syt_  [A-Za-z0-9_=]  20  Matrix
gAAAAA  W  60  Fernet, Keystone
v[1-4]\.(?:local|public)\.  W  40  PASETO
Atz[ar]\|  D  40  Login with Amazon
00D[A-Za-z0-9]{12,15}!  [A-Za-z0-9_.]  40  Salesforce
hbp_  A  30  Honeybadger
glrtr?-  D  16  GitLab
[a-f0-9]{32}-us\d  [0-9]  0  Mailchimp
A21AA  W  60  PayPal
A{20}  [A-Za-z0-9%]  40  Twitter
claim-  W  20  Plex
[01]\.A  D  100  Entra
st\.[a-f0-9]{24}\.  [a-f0-9.]  40  Infisical
oauth:  [a-z0-9]  30  Twitch
cio  [A-Za-z0-9]  32  crates.io
nsec1  [a-z0-9]  58  Nostr
sk_org_  A  20  Stripe
apify_api_  A  30  Apify
tr_(?:dev|prod|stg)_  A  20  Trigger.dev
csk-  [a-z0-9]  40  Cerebras
tgp_v1_  W  40  Together
fc-  H  32  Firecrawl
BSA[a-zA-Z]  W  27  Brave
ls__  H  32  LangSmith
cal_live_  H  32  Cal.com
wandb_v1_  W  40  Weights & Biases
sk_  H  48  ElevenLabs
zpka_  H  32  Zuplo
ctx7sk-  [a-f0-9\-]  32  Context7
lin_wh_  A  30  Linear
pat_  A  60  Coze
u[a-f0-9]{5}-  H  40  Uptime Robot
[A-Z0-9]{10}-eyJ  [A-Za-z0-9+/=\-]  40  JetBrains
"""


def _form(row: str) -> str:
    begin, made, least, _ = row.split("  ")
    return rf"\b(?:{begin}){_MADE.get(made, made)}{{{least},}}"


FORMS = (
    *(_form(row) for row in _TABLE.strip().split("\n")),
    r"\beyJ[A-Za-z0-9_\-]{8,}(?:\.[A-Za-z0-9_\-]*){1,4}",  # JWT, JWE
    r"\bS[UAONCX][A-Z2-7]{56}\b",  # NATS seed
    r"\b(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16}\b",  # AWS key id
    r"(?:\b|bot)[0-9]{8,10}:AA[A-Za-z0-9_\-]{32,}",  # Telegram
    r"\bAccountKey=[A-Za-z0-9+/=]{40,}",  # Azure
    r"\b[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.\-]{31,34}",  # Entra client secret
    r"\b[a-f0-9]{36}NRAL\b",  # New Relic licence
    # Product keys of Windows, Office, VMware and others: groups of capitals and digits of one length
    r"\b[A-Z0-9]{5}(?:-[A-Z0-9]{5}){3,4}\b|\b[A-Z0-9]{6}(?:-[A-Z0-9]{6}){3,4}\b|\b[A-Z0-9]{4}(?:-[A-Z0-9]{4}){4}\b",
    r"\b(?:5[HJK][1-9A-HJ-NP-Za-km-z]{49}|[KL][1-9A-HJ-NP-Za-km-z]{51})\b",  # Bitcoin private key (WIF)
    r"\b[MNO][A-Za-z\d_\-]{23,25}\.[A-Za-z\d_\-]{6}\.[A-Za-z\d_\-]{27,}",  # Discord bot
)
"""Patterns of whole tokens."""

LOOSE = ("s.", "b.", "sl.", "rnd_", "t1.", "oy2", "EAAA", "AQVN", "cmVmd", "fw_", "API-", "ATBB", "LTAI", "r8_", "pul-")
"""Beginnings that words have too: then a digit must follow."""
