@rem Metrics every ten minutes for windows_exporter, as the user whose credential store holds the
@rem Microsoft sign-in. /it: only while that user is signed in, whose store is closed otherwise.
@rem Nobody here has run this on Windows.
schtasks /create /tn "webex-wizard status" /sc minute /mo 10 /it /tr "\"%USERPROFILE%\.local\bin\webex-wizard.exe\" status --all --format prometheus --output \"%ProgramData%\windows_exporter\webex_wizard.prom\""
