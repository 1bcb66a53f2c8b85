"""OAuth in three rooms: loopback redirects, the grant of Webex, the sign-in of Microsoft."""
