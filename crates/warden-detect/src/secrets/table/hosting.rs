//! Hosting, networks, infrastructure as code, and the keepers of other secrets.

use crate::secrets::kind::table;

table! {
    "digitalocean-token" "DigitalOcean" LIVE Entropy: Marked["dop_v1_<hex:64>", "doo_v1_<hex:64>", "dor_v1_<hex:64>"];
    "digitalocean-spaces-key-id" "DigitalOcean" MUTE Entropy: Marked["DO00<up:16>", "DO801<up:15>"];
    "digitalocean-spaces-secret" "DigitalOcean" LIVE Entropy: Named["spaces_secret", "spaces_key", "do_spaces", "digitalocean"]["<b64:43>"];
    "heroku-key" "Heroku" LIVE Entropy: Marked["HRKU-<url:36-64>"];
    "heroku-legacy-key" "Heroku" LIVE Entropy: Named["heroku"]["<uuid>"];
    "cloudflare-token" "Cloudflare" LIVE Entropy: Named["cloudflare", "cf_api", "cf_token", "cf-api"]["<url:40>"];
    "cloudflare-global-key" "Cloudflare" LIVE Entropy: Named["cloudflare", "cf_api", "cf_key", "X-Auth-Key"]["<hex:37>"];
    "cloudflare-origin-key" "Cloudflare" MUTE Entropy: Marked["v1.0-<hex:24>-<hex:146>"];
    "cloudflare-turnstile-secret" "Cloudflare" LIVE Entropy: Named["turnstile"]["0x4AAAAAA<url:26-28>"];
    "fastly-token" "Fastly" LIVE Entropy: Named["fastly"]["<url:32>"];
    "akamai-client-secret" "Akamai" MUTE Entropy: Named["akamai", "edgerc"]["<b64:43>="];
    "akamai-token" "Akamai" MUTE Entropy: Marked["akab-<low:16>-<low:16>"];
    "vercel-token" "Vercel" LIVE Entropy: Named["vercel"]["<b62:24>"];
    "vercel-prefixed-token" "Vercel" LIVE Entropy: Marked["vcp_<b62:56>", "vci_<b62:56>", "vca_<b62:56>", "vcr_<b62:56>", "vck_<b62:56>"];
    "vercel-blob-token" "Vercel" LIVE Entropy: Marked["vercel_blob_rw_<b62:16>_<b62:30>"];
    "netlify-token" "Netlify" LIVE Entropy: Marked["nfp_<b62:36>"];
    "netlify-legacy-token" "Netlify" LIVE Entropy: Named["netlify"]["<url:43-46>"];
    "linode-token" "Linode" LIVE Entropy: Named["linode"]["<hex:64>"];
    "vultr-key" "Vultr" LIVE Entropy: Named["vultr"]["<up:36>"];
    "hetzner-token" "Hetzner" LIVE Entropy: Named["hetzner", "hcloud"]["<b62:64>"];
    "scaleway-key-id" "Scaleway" MUTE Entropy: Marked["SCW<up:17>"];
    "scaleway-secret-key" "Scaleway" LIVE Entropy: Named["scaleway", "scw_secret"]["<uuid>"];
    "ovh-secret" "OVHcloud" LIVE Entropy: Named["ovh_application", "ovh_consumer", "ovh_secret", "ovhcloud"]["<b62:32>"];
    "exoscale-key-id" "Exoscale" MUTE Entropy: Marked["EXO<hex:24>"];
    "exoscale-secret" "Exoscale" LIVE Entropy: Named["exoscale"]["<url:43>"];
    "upcloud-token" "UpCloud" LIVE Entropy: Marked["ucat_<up:26>"];
    "civo-key" "Civo" LIVE Entropy: Named["civo"]["<b62:50>"];
    "render-key" "Render" LIVE Entropy: Marked["rnd_<b62:26-32>"];
    "railway-token" "Railway" LIVE Entropy: Named["railway"]["<uuid>"];
    "fly-token" "Fly.io" LIVE Entropy: Marked["fm1r_<pad:100-2000>", "fm1a_<pad:100-2000>", "fm2_<pad:100-2000>", "fo1_<url:43>"];
    "koyeb-token" "Koyeb" LIVE Entropy: Named["koyeb"]["<low:64>"];
    "equinix-token" "Equinix" LIVE Entropy: Named["equinix", "packet_auth"]["<b62:32>"];
    "tailscale-key" "Tailscale" LIVE Entropy: Marked["tskey-auth-<b62:8-20>-<b62:20-40>", "tskey-api-<b62:8-20>-<b62:20-40>", "tskey-client-<b62:8-20>-<b62:20-40>", "tskey-scim-<b62:8-20>-<b62:20-40>", "tskey-webhook-<b62:8-20>-<b62:20-40>"];
    "zerotier-token" "ZeroTier" LIVE Entropy: Named["zerotier"]["<b62:32>"];
    "ngrok-token" "ngrok" LIVE Entropy: Named["ngrok"]["<b62:26-27>_<b62:20-22>"];
    "doppler-token" "Doppler" LIVE Entropy: Marked["dp.pt.<b62:40-44>", "dp.ct.<b62:40-44>", "dp.sa.<b62:40-44>", "dp.scim.<b62:40-44>", "dp.audit.<b62:40-44>", "dp.st.<b62:40-44>", "dp.st.<url:2-35>.<b62:40-44>"];
    "vault-token" "HashiCorp Vault" MUTE Entropy: Marked["hvs.<url:24-300>", "hvb.<url:24-300>", "hvr.<url:24-300>"];
    "vault-legacy-token" "HashiCorp Vault" MUTE Entropy: Named["vault"]["s.<b62:24>", "b.<b62:90-300>"];
    "terraform-token" "HashiCorp Terraform" LIVE Entropy: Marked["<b62:14>.atlasv1.<upd:60-70>"];
    "pulumi-token" "Pulumi" LIVE Entropy: Marked["pul-<hex:40>"];
    "consul-token" "HashiCorp Consul" MUTE Entropy: Named["consul_http", "consul_token", "consul-token", "nomad_token"]["<uuid>"];
    "infisical-token" "Infisical" LIVE Entropy: Marked["st.<low:24>.<hex:32>.<hex:32>", "st.<uuid>.<hex:32>.<hex:32>"];
    "onepassword-secret-key" "1Password" MUTE Entropy: Marked["A3-<up:6>-<up:11>-<up:5>-<up:5>-<up:5>"];
    "onepassword-service-token" "1Password" LIVE Json: Marked["ops_<pad:250-2000>"];
    "bitwarden-token" "Bitwarden" LIVE Entropy: Named["bitwarden", "bws_access", "bws_token"]["0.<uuid>.<b62:30>:<b64:22>=="];
    "akeyless-key" "Akeyless" LIVE Entropy: Named["akeyless"]["<b64:43>="];
    "kubernetes-bootstrap-token" "Kubernetes" MUTE Entropy: Named["kubeadm", "bootstrap"]["<low:6>.<low:16>"];
    "openshift-token" "OpenShift" MUTE Entropy: Marked["sha256~<url:43>"];
    "rancher-token" "Rancher" MUTE Entropy: Marked["token-<low:5>:<low:54>", "kubeconfig-u-<low:10>:<low:54>"];
    "docker-token" "Docker" LIVE Entropy: Marked["dckr_pat_<url:27>", "dckr_oat_<url:27-40>"];
    "docker-swarm-token" "Docker" MUTE Entropy: Marked["SWMTKN-1-<low:50>-<low:25>", "SWMKEY-1-<b64:43>"];
    "portainer-token" "Portainer" MUTE Entropy: Marked["ptr_<b64:43>="];
    "proxmox-token" "Proxmox" MUTE Entropy: Marked["PVEAPIToken=<azu:2-40>@pam!<azu:2-40>=(<uuid>", "PVEAPIToken=<azu:2-40>@pve!<azu:2-40>=(<uuid>"];
}
