//! Mail and marketing.

use crate::secrets::kind::table;

table! {
    "sendgrid-key" "SendGrid" LIVE Entropy: Marked["SG.<url:16-32>.<url:16-64>"];
    "mailgun-key" "Mailgun" LIVE Entropy: Marked["key-<hex:32>"];
    "mailgun-sending-key" "Mailgun" LIVE Entropy: Named["mailgun"]["<hex:32>-<hex:8>-<hex:8>", "<hex:32>"];
    "mailchimp-key" "Mailchimp" LIVE Entropy: Marked["<hex:32>-us<dig:1-2>"];
    "mandrill-key" "Mandrill" LIVE Entropy: Marked["md-<url:22>"];
    "postmark-token" "Postmark" LIVE Entropy: Named["postmark"]["<uuid>"];
    "sparkpost-key" "SparkPost" LIVE Entropy: Named["sparkpost"]["<hex:40>"];
    "brevo-key" "Brevo" LIVE Entropy: Marked["xkeysib-<hex:64>-<b62:16>", "xsmtpsib-<hex:64>-<b62:16>"];
    "resend-key" "Resend" LIVE Entropy: Marked["re_<b62:8>_<b62:24>"];
    "mailjet-key" "Mailjet" LIVE Entropy: Named["mailjet"]["<hex:32>"];
    "mailersend-key" "MailerSend" LIVE Entropy: Marked["mlsn.<hex:64>"];
    "loops-key" "Loops" LIVE Entropy: Named["loops_api", "loops_key"]["<hex:32>"];
    "customerio-key" "Customer.io" LIVE Entropy: Named["customerio", "customer_io", "customer.io"]["<hex:32>", "<hex:20>"];
    "klaviyo-key" "Klaviyo" LIVE Entropy: Marked["pk_<hex:34>"];
    "braze-key" "Braze" LIVE Entropy: Named["braze"]["<uuid>"];
    "iterable-key" "Iterable" LIVE Entropy: Named["iterable_api", "iterable_key"]["<hex:32>"];
    "convertkit-secret" "Kit" LIVE Entropy: Named["convertkit"]["<url:43>", "kit_<hex:32>"];
    "activecampaign-key" "ActiveCampaign" LIVE Entropy: Named["activecampaign", "active_campaign"]["<hex:72>", "<hex:64>"];
    "elasticemail-key" "Elastic Email" LIVE Entropy: Named["elasticemail", "elastic_email"]["<up:96>"];
    "smtp2go-key" "SMTP2GO" LIVE Entropy: Marked["api-<up:32>"];
    "mailtrap-token" "Mailtrap" LIVE Entropy: Named["mailtrap"]["<hex:32>"];
    "zerobounce-key" "ZeroBounce" LIVE Entropy: Named["zerobounce"]["<hex:32>"];
    "hunter-key" "Hunter" LIVE Entropy: Named["hunter_api", "hunter_key", "hunterio"]["<hex:40>"];
    "gmail-app-password" "Google" MUTE Entropy: Named["gmail", "google_app_password", "smtp_pass"]["<low:16>"];
    "ses-smtp-password" "Amazon Web Services" MUTE Entropy: Named["ses_smtp", "ses_pass", "smtp_pass"]["B<b64:43>"];
    "nylas-key" "Nylas" LIVE Entropy: Marked["nyk_v0_<b62:64>"];
    "beamer-key" "Beamer" LIVE Entropy: Marked["b_<pad:44>"];
}
