//! Payment, trade and markets.

use crate::secrets::kind::table;

table! {
    "paystack-key" "Paystack" LIVE Entropy: Named["paystack"]["sk_live_<hex:40>", "sk_test_<hex:40>"];
    "stripe-key" "Stripe" LIVE Entropy: Marked["sk_live_<b62:16-120>", "sk_test_<b62:16-120>", "rk_live_<b62:16-120>", "rk_test_<b62:16-120>"];
    "stripe-webhook-secret" "Stripe" MUTE Entropy: Marked["whsec_<pad:24-64>"];
    "paypal-token" "PayPal" LIVE Entropy: Marked["access_token$production$<low:16>$<hex:32>", "access_token$sandbox$<low:16>$<hex:32>"];
    "paypal-secret" "PayPal" LIVE Entropy: Named["paypal"]["E<url:79>"];
    "braintree-key" "Braintree" LIVE Entropy: Named["braintree"]["<hex:32>"];
    "square-token" "Square" LIVE Entropy: Marked["sq0atp-<url:22>", "sq0csp-<url:43>", "EAAAE<url:59>", "EAAAl<url:59>"];
    "shopify-token" "Shopify" LIVE Entropy: Marked["shpat_<HEX:32>", "shpca_<HEX:32>", "shppa_<HEX:32>", "shpss_<HEX:32>", "shptka_<HEX:32>"];
    "shopify-partner-token" "Shopify" LIVE Entropy: Marked["prtapi_<hex:32>", "atkn_<hex:64>"];
    "adyen-key" "Adyen" LIVE Entropy: Marked["AQE<b64:3>hmfu<pad:80-220>", "AQE<b64:3>hmfx<pad:80-220>"];
    "mollie-key" "Mollie" LIVE Entropy: Named["mollie"]["live_<b62:30>", "test_<b62:30>"];
    "mollie-access-token" "Mollie" LIVE Entropy: Named["mollie"]["access_<b62:30>"];
    "gocardless-token" "GoCardless" LIVE Entropy: Named["gocardless"]["live_<url:40>", "sandbox_<url:40>"];
    "razorpay-key-id" "Razorpay" MUTE Entropy: Marked["rzp_live_<b62:14>", "rzp_test_<b62:14>"];
    "razorpay-secret" "Razorpay" LIVE Entropy: Named["razorpay"]["<b62:24>"];
    "flutterwave-key" "Flutterwave" LIVE Entropy: Marked["FLWSECK-<low:32>-X", "FLWSECK_TEST-<low:32>-X", "FLWSECK_TEST<hex:12>", "FLWSECK<hex:12>"];
    "checkout-key" "Checkout.com" LIVE Entropy: Named["checkout_com", "checkoutcom", "checkout_secret", "cko_"]["sk_<low:31>", "sk_sbox_<low:28>"];
    "lob-key" "Lob" LIVE Entropy: Named["lob_api", "lob_key", "lob_secret"]["live_<hex:35>", "test_<hex:35>"];
    "plaid-secret" "Plaid" LIVE Entropy: Named["plaid"]["<hex:30>"];
    "plaid-access-token" "Plaid" LIVE Entropy: Marked["access-production-<uuid>", "access-sandbox-<uuid>", "access-development-<uuid>"];
    "wise-token" "Wise" LIVE Entropy: Named["transferwise", "wise_api", "wise_token"]["<uuid>"];
    "dwolla-secret" "Dwolla" LIVE Entropy: Named["dwolla"]["<b62:50>"];
    "easypost-key" "EasyPost" LIVE Entropy: Marked["EZAK<hex:32><b62:22>", "EZTK<hex:32><b62:22>"];
    "shippo-token" "Shippo" LIVE Entropy: Marked["shippo_live_<hex:40>", "shippo_test_<hex:40>"];
    "duffel-token" "Duffel" LIVE Entropy: Marked["duffel_live_<url:43>", "duffel_test_<url:43>"];
    "paddle-key" "Paddle" LIVE Entropy: Marked["pdl_live_apikey_<low:26>_<b62:22>_<b62:3>", "pdl_sdbx_apikey_<low:26>_<b62:22>_<b62:3>"];
    "chargebee-key" "Chargebee" LIVE Entropy: Named["chargebee"]["live_<b62:32-36>", "test_<b62:32-36>"];
    "recurly-key" "Recurly" LIVE Entropy: Named["recurly"]["<hex:32>"];
    "polar-token" "Polar" LIVE Entropy: Marked["polar_oat_<b62:43>", "polar_pat_<b62:43>"];
    "coinbase-key" "Coinbase" LIVE Entropy: Named["coinbase"]["<url:64>", "<b62:32>"];
    "binance-secret" "Binance" LIVE Entropy: Named["binance"]["<b62:64>"];
    "kraken-secret" "Kraken" LIVE Entropy: Named["kraken"]["<b64:86>=="];
    "kucoin-secret" "KuCoin" LIVE Entropy: Named["kucoin"]["<uuid>"];
    "bitfinex-key" "Bitfinex" LIVE Entropy: Named["bitfinex"]["<b62:43>"];
    "bybit-secret" "Bybit" LIVE Entropy: Named["bybit"]["<b62:36>"];
    "okx-secret" "OKX" LIVE Entropy: Named["okx_", "okex"]["<up:32>"];
    "etherscan-key" "Etherscan" LIVE Entropy: Named["etherscan", "bscscan", "polygonscan", "arbiscan"]["<up:34>"];
    "alchemy-key" "Alchemy" LIVE Entropy: Marked[".g.alchemy.com/v2/(<url:32>"];
    "alchemy-token" "Alchemy" LIVE Entropy: Named["alchemy"]["alcht_<b62:30>", "<url:32>"];
    "infura-key" "Infura" LIVE Entropy: Marked[".infura.io/v3/(<hex:32>"];
    "infura-secret" "Infura" LIVE Entropy: Named["infura"]["<hex:32>"];
    "blockfrost-key" "Blockfrost" LIVE Entropy: Marked["mainnet<b62:32>", "preprod<b62:32>", "preview<b62:32>"];
    "coinmarketcap-key" "CoinMarketCap" LIVE Entropy: Named["coinmarketcap", "cmc_pro", "cmc_api"]["<uuid>"];
    "coingecko-key" "CoinGecko" LIVE Entropy: Marked["CG-<b62:24>"];
    "finnhub-key" "Finnhub" LIVE Entropy: Named["finnhub"]["<low:20>", "<low:40>"];
    "alpha-vantage-key" "Alpha Vantage" LIVE Entropy: Named["alphavantage", "alpha_vantage"]["<up:16>"];
    "polygon-key" "Polygon" LIVE Entropy: Named["polygon_api", "polygon_key", "polygonio"]["<url:32>"];
    "alpaca-secret" "Alpaca" LIVE Entropy: Named["alpaca", "apca_api"]["<b62:40>"];
}
