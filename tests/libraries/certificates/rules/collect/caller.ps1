# Collects what the caller's own PC knows: the domain, Outlook's version, the address that Active Directory gives for
# Autodiscover, who answers for the mail domain's names, and which certificate each of them shows.
# It only reads, and changes nothing. It needs no Exchange tools and no administrator rights, and asks for no password.
# Run it in Windows PowerShell on the PC that shows the warning:  .\caller.ps1 user@contoso.com
# Then send back the file that it names.
param([string] $Address = '')

$FormatEnumerationLimit = -1
$file = "$env:USERPROFILE\resolvent-evidence.txt"
$domain = ''
if ($Address -match '@') { $domain = ($Address -split '@')[1].Trim().ToLower() }

# Reads one value of the registry; nothing where there is none.
function Get-RegistryText([string] $Path, [string] $Name) {
  $key = Get-ItemProperty -Path $Path -ErrorAction SilentlyContinue
  if ($key) { return $key.$Name }
}

# Shows the certificate of a host in PEM. Trust is not asked for: it is only looked at.
function Get-ShownCertificate([string] $HostName) {
  $client = New-Object System.Net.Sockets.TcpClient
  try {
    $wait = $client.BeginConnect($HostName, 443, $null, $null)
    if (-not $wait.AsyncWaitHandle.WaitOne(5000)) { return "No answer from $HostName on port 443." }
    $client.EndConnect($wait)
    $anyone = [System.Net.Security.RemoteCertificateValidationCallback] { $true }
    $stream = New-Object System.Net.Security.SslStream($client.GetStream(), $false, $anyone)
    $stream.ReadTimeout = 5000
    $stream.WriteTimeout = 5000
    $stream.AuthenticateAsClient($HostName)
    $bytes = $stream.RemoteCertificate.GetRawCertData()
    "tls://${HostName}:443"
    '-----BEGIN CERTIFICATE-----'
    [Convert]::ToBase64String($bytes, 'InsertLineBreaks')
    '-----END CERTIFICATE-----'
  } catch {
    "No certificate from ${HostName}: $($_.Exception.Message)"
  } finally {
    $client.Close()
  }
}

& {
  $computer = Get-WmiObject -Class Win32_ComputerSystem
  $outlook = Get-RegistryText 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\OUTLOOK.EXE' '(default)'
  $version = ''
  $year = ''
  if ($outlook) {
    $version = (Get-Item -Path $outlook.Trim('"')).VersionInfo.ProductVersion
    # From 16 on the number tells no year: 2016, 2019, 2021 and Microsoft 365 share it.
    switch -wildcard ($version) {
      '12.*' { $year = '2007' }
      '14.*' { $year = '2010' }
      '15.*' { $year = '2013' }
    }
  }
  'Get-CallerComputer | Format-List'
  New-Object PSObject -Property @{
    ComputerJoined = $computer.PartOfDomain; OutlookYear = $year; OutlookBuild = $version; MailDomain = $domain
  } | Format-List ComputerJoined, OutlookYear, OutlookBuild, MailDomain | Out-String -Width 4096

  # Registry values that change the way to Autodiscover; a policy wins over a setting.
  'Get-AutodiscoverSetting | Format-List'
  foreach ($office in '12.0', '14.0', '15.0', '16.0') {
    foreach ($root in 'HKCU:\Software\Microsoft\Office', 'HKCU:\Software\Policies\Microsoft\Office') {
      $path = "$root\$office\Outlook\AutoDiscover"
      $key = Get-Item -Path $path -ErrorAction SilentlyContinue
      if ($key) {
        foreach ($name in $key.GetValueNames()) {
          New-Object PSObject -Property @{ SettingPath = $path; SettingName = $name; SettingValue = $key.GetValue($name) } |
            Format-List SettingPath, SettingName, SettingValue | Out-String -Width 4096
        }
      }
    }
  }

  # The Service Connection Points of Autodiscover, which only a PC in the domain can read.
  $hosts = @()
  if ($computer.PartOfDomain) {
    try {
      $top = New-Object System.DirectoryServices.DirectoryEntry('LDAP://RootDSE')
      $base = New-Object System.DirectoryServices.DirectoryEntry("LDAP://$($top.configurationNamingContext)")
      $search = New-Object System.DirectoryServices.DirectorySearcher($base)
      $search.Filter = '(&(objectClass=serviceConnectionPoint)(keywords=77378F46-2C66-4aa9-A6A6-3E7A48B19596))'
      'Get-AutodiscoverConnectionPoint | Format-List'
      foreach ($found in $search.FindAll()) {
        $url = [string] $found.Properties['servicebindinginformation'][0]
        $sites = @($found.Properties['keywords'] | Where-Object { $_ -like 'Site=*' } | ForEach-Object { $_.Substring(5) })
        New-Object PSObject -Property @{
          ConnectionPoint = [string] $found.Properties['cn'][0]; ConnectionPointUrl = $url; ConnectionPointSites = $sites
        } | Format-List ConnectionPoint, ConnectionPointUrl, ConnectionPointSites | Out-String -Width 4096
        if ($url -match '^https?://([^/:]+)') { $hosts += $matches[1] }
      }
    } catch {
      "Active Directory could not be read: $($_.Exception.Message)"
    }
  }
  if ($domain) { $hosts += $domain; $hosts += "autodiscover.$domain" }
  $hosts = @($hosts | ForEach-Object { $_.ToLower() } | Sort-Object -Unique)

  'Get-ResolvedName | Format-List'
  foreach ($name in $hosts) {
    $addresses = @()
    try { $addresses = @([System.Net.Dns]::GetHostAddresses($name) | ForEach-Object { $_.ToString() }) } catch { }
    New-Object PSObject -Property @{ ResolvedName = $name; ResolvedAddresses = $addresses } |
      Format-List ResolvedName, ResolvedAddresses | Out-String -Width 4096
  }

  foreach ($name in $hosts) { Get-ShownCertificate $name }
} | Out-File -FilePath $file -Encoding UTF8 -Width 4096
"Written: $file"
