//! Who people and programs say they are.

use crate::secrets::kind::table;

table! {
    "okta-token" "Okta" LIVE Entropy: Named["okta", "ssws"]["00<url:40>"];
    "auth0-secret" "Auth0" LIVE Entropy: Named["auth0"]["<url:64>"];
    "onelogin-secret" "OneLogin" LIVE Entropy: Named["onelogin"]["<hex:64>"];
    "clerk-key" "Clerk" LIVE Entropy: Named["clerk"]["sk_live_<b62:40-50>", "sk_test_<b62:40-50>"];
    "workos-key" "WorkOS" LIVE Entropy: Named["workos"]["sk_live_<url:20-120>", "sk_test_<url:20-120>", "sk_<url:40-120>"];
    "stytch-secret" "Stytch" LIVE Entropy: Marked["secret-live-<url:36>=", "secret-test-<url:36>="];
    "fusionauth-key" "FusionAuth" MUTE Entropy: Named["fusionauth"]["<url:64>"];
    "frontegg-secret" "Frontegg" LIVE Entropy: Named["frontegg"]["<uuid>"];
    "keycloak-secret" "Keycloak" MUTE Entropy: Named["keycloak"]["<b62:32>", "<uuid>"];
    "duo-secret" "Duo" LIVE Entropy: Named["duo_secret", "duo_skey", "duosecurity", "skey"]["<b62:40>"];
    "ping-secret" "Ping Identity" LIVE Entropy: Named["pingone", "pingidentity"]["<azu:64>"];
    "cognito-client-secret" "Amazon Web Services" MUTE Entropy: Named["cognito"]["<low:51-52>"];
    "salesforce-token" "Salesforce" LIVE Entropy: Marked["00D<b62:12>!<dot:90-110>", "00D<b62:15>!<dot:90-110>"];
    "salesforce-refresh-token" "Salesforce" LIVE Entropy: Marked["5Aep861<dot:70-90>"];
    "salesforce-secret" "Salesforce" LIVE Entropy: Named["salesforce", "sfdc"]["<up:64>"];
    "jumpcloud-key" "JumpCloud" LIVE Entropy: Marked["jca_<b62:36>"];
    "jumpcloud-legacy-key" "JumpCloud" LIVE Entropy: Named["jumpcloud"]["<hex:40>"];
    "teleport-token" "Teleport" MUTE Entropy: Named["teleport"]["<hex:32>"];
    "yubico-secret" "Yubico" LIVE Entropy: Named["yubico", "yubikey"]["<b64:27>="];
    "persona-key" "Persona" LIVE Entropy: Marked["persona_production_<uuid>", "persona_sandbox_<uuid>"];
    "onfido-token" "Onfido" LIVE Entropy: Marked["api_live.<url:11>.<url:32>", "api_sandbox.<url:11>.<url:32>", "api_live_us.<url:11>.<url:32>"];
    "laravel-key" "Laravel" MUTE Entropy: Named["app_key"]["base64:<b64:43>="];
    "rails-master-key" "Rails" MUTE Entropy: Named["rails_master", "master_key", "master.key"]["<hex:32>"];
    "rails-secret-key-base" "Rails" MUTE Entropy: Named["secret_key_base"]["<hex:128>"];
    "django-secret-key" "Django" MUTE Entropy: Marked["django-insecure-<dot:20-60>"];
    "totp-secret" "any" MUTE Entropy: Marked["otpauth://totp/<pct:1-80>?secret=(<b32:16-64>", "otpauth://hotp/<pct:1-80>?secret=(<b32:16-64>"];
    "jwt" "any" MUTE Json: Jwt["eyJ"];
}
