# Collects the settings that decide which server names Outlook meets: <version>.
# It only reads. It takes no private key, no password and no mailbox data.
# Run it in the Exchange Management Shell, then send back the file that it names.
$FormatEnumerationLimit = -1
$file = "$env:USERPROFILE\resolvent-evidence.txt"
& {
  # <outputs>
} | Out-File -FilePath $file -Encoding UTF8 -Width 4096
"Written: $file"
