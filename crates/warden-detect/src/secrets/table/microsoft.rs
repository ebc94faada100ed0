//! Microsoft Azure, whose keys mostly carry the name of their service in a fixed place.

use crate::secrets::kind::table;

table! {
    "power-automate-url" "Microsoft" MUTE Entropy: Marked["logic.azure.com:443/workflows/(<hex:32>/triggers/manual/paths/invoke?<dot:8-80>&sp=<pct:8-80>&sv=<dot:1-6>&sig=<url:43>"];
    "azure-storage-key" "Microsoft Azure" MUTE Entropy: Named["AccountKey", "SharedAccessKey", "SharedSecret", "storage_key", "storagekey"]["<b64:86>==", "<b64:43>="];
    "azure-storage-account-key" "Microsoft Azure" MUTE Entropy: Marked["<b64:76>+ASt<b64:6>=="];
    "azure-cosmos-key" "Microsoft Azure" MUTE Entropy: Marked["<b64:76>ACDb<b64:6>=="];
    "azure-batch-key" "Microsoft Azure" MUTE Entropy: Marked["<b64:76>+ABa<b64:6>=="];
    "azure-management-key" "Microsoft Azure" MUTE Entropy: Marked["<b64:76>APIM<b64:6>=="];
    "azure-machine-learning-key" "Microsoft Azure" MUTE Entropy: Marked["<b64:76>+AMC<b64:6>=="];
    "azure-service-bus-key" "Microsoft Azure" MUTE Entropy: Marked["<b64:33>+ASb<b64:6>="];
    "azure-event-hub-key" "Microsoft Azure" MUTE Entropy: Marked["<b64:33>+AEh<b64:6>="];
    "azure-relay-key" "Microsoft Azure" MUTE Entropy: Marked["<b64:33>+ARm<b64:6>="];
    "azure-iot-key" "Microsoft Azure" MUTE Entropy: Marked["<b64:33>AIoT<b64:6>="];
    "azure-search-key" "Microsoft Azure" LIVE Entropy: Marked["<b62:42>AzSe<b62:6>"];
    "azure-cache-key" "Microsoft Azure" MUTE Entropy: Marked["<b62:33>AzCa<b62:6>="];
    "azure-function-key" "Microsoft Azure" MUTE Entropy: Marked["<url:44>AzFu<url:6>=="];
    "azure-registry-key" "Microsoft Azure" MUTE Entropy: Marked["<b62:42>+ACR<b62:6>"];
    "azure-service-key" "Microsoft Azure" LIVE Entropy: Marked["<b62:52>JQQJ99<b62:26>"];
    "azure-devops-token" "Microsoft Azure" LIVE Entropy: Marked["<b62:76>AZDO<b62:4>"];
    "azure-devops-legacy-token" "Microsoft Azure" LIVE Entropy: Named["azure_devops", "azuredevops", "azure-devops", "vsts", "AZURE_PAT", "ado_pat"]["<low:52>"];
    "azure-client-secret" "Microsoft Azure" LIVE Entropy: Marked["<azu:3><dig:1>Q~<azu:31-34>"];
    "azure-sas" "Microsoft Azure" MUTE Entropy: Marked["?sig=(<pct:43-80>", "&sig=(<pct:43-80>", ";sig=(<pct:43-80>"];
    "azure-openai-key" "Microsoft Azure" LIVE Entropy: Named["azure_openai", "azureopenai", "azure-openai", "azure openai", "cognitive", "azure_speech", "azure_translator"]["<hex:32>"];
    "azure-app-configuration" "Microsoft Azure" MUTE Entropy: Marked["azconfig.io;Id=<pct:8-40>;Secret=(<pad:40-100>"];
    "teams-webhook" "Microsoft" MUTE Entropy: Marked["webhook.office.com/webhookb2/(<uuid>@<uuid>/IncomingWebhook/<hex:32>/<uuid>"];
}
