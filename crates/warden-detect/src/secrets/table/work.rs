//! Plans, documents, sales and design.

use crate::secrets::kind::table;

table! {
    "linear-key" "Linear" LIVE Entropy: Marked["lin_api_<b62:40>", "lin_oauth_<hex:64>", "lin_wh_<b62:40>"];
    "notion-token" "Notion" LIVE Entropy: Marked["secret_<b62:43>", "ntn_<b62:43-50>"];
    "asana-token" "Asana" LIVE Entropy: Marked["1/<dig:13-17>:<hex:32>", "2/<dig:13-17>/<dig:13-17>:<hex:32>"];
    "asana-legacy-token" "Asana" LIVE Entropy: Named["asana"]["0/<hex:32>", "<hex:32>"];
    "clickup-token" "ClickUp" LIVE Entropy: Marked["pk_<dig:5-10>_<up:32>"];
    "trello-token" "Trello" LIVE Entropy: Marked["ATTA<hex:64><HEX:8>"];
    "trello-legacy-token" "Trello" LIVE Entropy: Named["trello"]["<hex:64>", "<hex:32>"];
    "monday-secret" "monday.com" LIVE Entropy: Named["monday_secret", "monday_client", "monday_signing"]["<hex:32>"];
    "todoist-token" "Todoist" LIVE Entropy: Named["todoist"]["<hex:40>"];
    "shortcut-token" "Shortcut" LIVE Entropy: Named["shortcut_api", "clubhouse", "shortcut_token"]["<uuid>"];
    "figma-token" "Figma" LIVE Entropy: Marked["figd_<url:36-44>", "figo_<url:36-44>", "figoh_<url:36-44>"];
    "miro-token" "Miro" LIVE Entropy: Named["miro"]["<url:27>"];
    "canva-secret" "Canva" LIVE Entropy: Marked["cnvca<url:51>"];
    "adobe-client-secret" "Adobe" LIVE Entropy: Marked["p8e-<url:32>"];
    "typeform-token" "Typeform" LIVE Entropy: Marked["tfp_<dot:44-59>"];
    "jotform-key" "Jotform" LIVE Entropy: Named["jotform"]["<hex:32>"];
    "surveymonkey-token" "SurveyMonkey" LIVE Entropy: Named["surveymonkey"]["<dot:80-100>"];
    "hubspot-token" "HubSpot" LIVE Entropy: Marked["pat-na1-<uuid>", "pat-na2-<uuid>", "pat-eu1-<uuid>", "pat-ap1-<uuid>"];
    "hubspot-legacy-key" "HubSpot" LIVE Entropy: Named["hubspot", "hapikey"]["<uuid>"];
    "pipedrive-token" "Pipedrive" LIVE Entropy: Named["pipedrive"]["<hex:40>"];
    "zoho-token" "Zoho" LIVE Entropy: Marked["1000.<hex:32>.<hex:32>"];
    "close-key" "Close" LIVE Entropy: Marked["api_<b62:22>.<b62:22>"];
    "apollo-key" "Apollo" LIVE Entropy: Named["apollo_api", "apollo_key", "apolloio"]["<url:22>"];
    "apollo-graph-key" "Apollo GraphQL" LIVE Entropy: Marked["service:<url:2-60>:<url:22>", "user:gh.<url:2-60>:<url:22>"];
    "cal-key" "Cal.com" LIVE Entropy: Marked["cal_live_<hex:32>", "cal_test_<hex:32>"];
    "docusign-secret" "DocuSign" LIVE Entropy: Named["docusign"]["<uuid>"];
    "dropbox-sign-key" "Dropbox Sign" LIVE Entropy: Named["hellosign", "dropbox_sign", "dropboxsign"]["<hex:64>"];
    "pandadoc-key" "PandaDoc" LIVE Entropy: Named["pandadoc"]["<hex:40>"];
    "bamboohr-key" "BambooHR" LIVE Entropy: Named["bamboohr"]["<hex:40>"];
    "greenhouse-key" "Greenhouse" LIVE Entropy: Named["greenhouse"]["<hex:32>-<dig:1>", "<hex:40>"];
    "readme-key" "ReadMe" LIVE Entropy: Marked["rdme_<low:70>"];
    "gitbook-token" "GitBook" LIVE Entropy: Marked["gb_api_<b62:40>"];
    "coda-token" "Coda" LIVE Entropy: Named["coda_api", "coda_token", "codaio"]["<uuid>"];
    "smartsheet-token" "Smartsheet" LIVE Entropy: Named["smartsheet"]["<b62:37>"];
    "harvest-token" "Harvest" LIVE Entropy: Named["harvest"]["<dig:6-8>.pt.<url:86>"];
    "toggl-token" "Toggl" LIVE Entropy: Named["toggl"]["<hex:32>"];
    "clockify-key" "Clockify" LIVE Entropy: Named["clockify"]["<b64:48>"];
    "webflow-token" "Webflow" LIVE Entropy: Named["webflow"]["<hex:64>"];
    "wordpress-password" "WordPress" MUTE Entropy: Named["wordpress", "wp_app", "wp_application"]["<b62:24>"];
    "squarespace-key" "Squarespace" LIVE Entropy: Named["squarespace"]["<uuid>"];
    "bigcommerce-token" "BigCommerce" LIVE Entropy: Named["bigcommerce"]["<low:31>"];
    "woocommerce-secret" "WooCommerce" MUTE Entropy: Marked["cs_<hex:40>", "ck_<hex:40>"];
    "raindrop-token" "Raindrop" LIVE Entropy: Named["raindrop"]["<uuid>"];
}
